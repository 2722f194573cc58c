import { Dialog } from "../dashboard/Dialog";
import { Confirm } from "../editor/Confirm";
import { CopyDialog } from "../editor/CopyDialog";
import { toEditor, toFile } from "../editor/drafts";
import { summarise } from "../editor/summary";
import { go } from "../shell/location";
import { to } from "../shell/routes";
import { tell } from "../shell/toast";
import { diffLines, hunks } from "./lineDiff";
import type { Editing } from "./useEditing";

export type Asking = "leave" | "changes" | "theirs" | "copy" | null;

interface AskedProps {
  asking: Asking;
  ask: (what: Asking) => void;
  editing: Editing;
  onClose: () => void;
}

/** The dialogs of edit mode: what changed, and what is asked before leaving. */
export function Asked({ asking, ask, editing, onClose }: AskedProps) {
  const { before, text, saving, slug } = editing;
  const close = () => ask(null);
  if (asking === "changes")
    return (
      <Dialog title="Changes to the file" size="wide" onClose={close}>
        <Changes before={before} after={text} />
      </Dialog>
    );
  if (asking === "theirs" && saving.meanwhile)
    return (
      <Dialog title="From theirs to yours" size="wide" onClose={close}>
        <Changes before={toEditor(saving.meanwhile.file)} after={text} />
      </Dialog>
    );
  if (asking === "copy")
    return (
      <CopyDialog
        slug={slug}
        file={toFile(text, saving.base.file)}
        onClose={close}
        onSaved={(copy) => {
          saving.forget();
          tell({ text: `Saved as ${copy}` });
          go(to.dashboard(copy));
        }}
      />
    );
  if (asking !== "leave") return null;
  const discard = () => {
    saving.forget();
    onClose();
  };
  return (
    <Confirm
      title="Leave without saving?"
      onClose={close}
      actions={[
        { label: "Keep for later", primary: true, run: onClose },
        { label: "Discard changes", run: discard },
        { label: "Go on editing", run: close },
      ]}
    >
      <p>Kept for later, your changes wait in this tab until you edit the page again.</p>
    </Confirm>
  );
}

const SIGNS = { same: " ", added: "+", removed: "-" } as const;

function Changes({ before, after }: { before: string; after: string }) {
  return (
    <>
      <ul className="edit-summary">
        {summarise(before, after).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div className="edit-diff" tabIndex={0} role="group" aria-label="Lines that changed">
        {hunks(diffLines(before, after)).map((hunk, n) => (
          <div className="edit-hunk" key={n}>
            {hunk.skipped > 0 && <p className="quiet num">{hunk.skipped} lines the same</p>}
            {hunk.lines.map((line) => (
              <div key={`${line.before} ${line.after}`} className="edit-line" data-kind={line.kind}>
                <span className="num quiet" aria-hidden="true">
                  {line.after ?? line.before}
                </span>
                <span>
                  {line.kind !== "same" && <span className="hidden">{line.kind}: </span>}
                  <span aria-hidden="true">{SIGNS[line.kind]}</span>
                </span>
                <code>{line.text}</code>
              </div>
            ))}
          </div>
        ))}
      </div>
    </>
  );
}
