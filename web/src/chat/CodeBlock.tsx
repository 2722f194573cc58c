import { copyText } from "../format/save";
import { Icon } from "../shell/Icon";
import { useSaid } from "./useSaid";

/** Text as it is, under its title, with a button that copies it. */
export function CodeBlock({ title, text }: { title: string; text: string }) {
  return (
    <div className="part">
      <div className="part-head">
        <p className="part-title">{title}</p>
        <Copy text={text} label={`Copy: ${title}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <pre className="code-block" tabIndex={0} dir="auto">
        {text}
      </pre>
    </div>
  );
}

/** A small button that copies, and says so where it stands. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [said, say] = useSaid();
  const copy = () =>
    void copyText(text).then(
      () => say("Copied"),
      () => say("Not allowed"),
    );
  return (
    <button type="button" className="quiet-button" onClick={copy} aria-label={label}>
      <Icon name={said === "Copied" ? "check" : "copy"} size={14} />
      <span aria-live="polite">{said}</span>
    </button>
  );
}
