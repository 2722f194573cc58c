import { useEffect, useRef, useState } from "react";
import { Icon } from "../shell/Icon";
import { useYaml } from "./queries";

interface YamlDialogProps {
  slug: string;
  revision: number;
  open: boolean;
  onClose: () => void;
}

/** The dashboard's file as it is stored. */
export function YamlDialog({ slug, revision, open, onClose }: YamlDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [copied, setCopied] = useState(false);
  const yaml = useYaml(slug, revision, open);

  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) element.showModal();
    if (!open && element?.open) element.close();
    if (!open) setCopied(false);
  }, [open]);

  const copy = () => {
    if (yaml.data !== undefined) void navigator.clipboard?.writeText(yaml.data).then(() => setCopied(true));
  };

  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="yaml-title" onClose={onClose}>
      <div className="sheet-head">
        <h2 id="yaml-title">
          {slug}.yaml <span className="quiet num">revision {revision}</span>
        </h2>
        <button type="button" className="button" onClick={copy} disabled={yaml.data === undefined}>
          <Icon name={copied ? "check" : "copy"} /> {copied ? "Copied" : "Copy"}
        </button>
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
      {yaml.isError && <p className="problem">{yaml.error.message}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="code-block tall" tabIndex={0}>
        {yaml.data ?? "Loading…"}
      </pre>
    </dialog>
  );
}
