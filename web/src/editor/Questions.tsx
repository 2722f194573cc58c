import { go } from "../shell/location";
import { to } from "../shell/routes";
import { tell } from "../shell/toast";
import { Confirm } from "./Confirm";
import { CopyDialog } from "./CopyDialog";
import { toFile } from "./drafts";
import type { Work } from "./useWorkbench";

/** What is asked before leaving with changes, and where to put a copy. */
export function Questions({ work, onClose }: { work: Work; onClose: () => void }) {
  const { asking, ask, saving, slug, text } = work;
  if (asking === "copy")
    return (
      <CopyDialog
        slug={slug}
        file={toFile(text, saving.base.file)}
        onClose={() => ask(null)}
        onSaved={(copy) => {
          saving.forget();
          tell({ text: `Saved as ${copy}` });
          go(to.dashboard(copy));
        }}
      />
    );
  if (asking === null) return null;
  const discard = () => {
    saving.forget();
    onClose();
  };
  return (
    <Confirm
      title="Close without saving?"
      onClose={() => ask(null)}
      actions={[
        { label: "Keep for later", primary: true, run: onClose },
        { label: "Discard changes", run: discard },
        { label: "Go on writing", run: () => ask(null) },
      ]}
    >
      <p>Kept for later, your changes wait in this tab until you open the file again.</p>
    </Confirm>
  );
}
