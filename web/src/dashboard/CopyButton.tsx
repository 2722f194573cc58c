import { useState } from "react";
import { copyText } from "../format/save";
import { Icon } from "../shell/Icon";

export function CopyButton({ text, label = "Copy" }: { text: string | (() => string); label?: string }) {
  const [said, setSaid] = useState<"copied" | "refused" | null>(null);
  const copy = () =>
    copyText(typeof text === "string" ? text : text()).then(
      () => setSaid("copied"),
      () => setSaid("refused"),
    );
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      <Icon name={said === "copied" ? "check" : "copy"} />
      <span aria-live="polite">
        {said === "copied" ? "Copied" : said === "refused" ? "Not allowed" : label}
      </span>
    </button>
  );
}
