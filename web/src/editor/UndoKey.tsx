import { lazy, Suspense, useEffect, useState } from "react";
import { useMay } from "../shell/me";
import { tell } from "../shell/toast";
import { askRevisions, beforeLast } from "./revisions";

const RestoreDialog = lazy(() => import("./RestoreDialog"));

/** Ctrl-Z or Cmd-Z on a dashboard's page takes back its last turn or save; it asks first. */
export function UndoKey({ slug }: { slug: string }) {
  const may = useMay("edit");
  const [step, setStep] = useState<{ revision: number; newest: number } | null>(null);

  useEffect(() => {
    if (!may) return;
    let current = true;
    const onKey = (event: KeyboardEvent) => {
      if (!isUndo(event) || event.defaultPrevented || isWriting(event.target)) return;
      event.preventDefault();
      void askRevisions(slug)
        .then(({ revisions }) => {
          const revision = beforeLast(revisions);
          const newest = revisions[0]?.revision;
          if (!current) return;
          if (revision === null || newest === undefined) tell({ text: "There is nothing to undo" });
          else setStep({ revision, newest });
        })
        .catch((error: Error) => tell({ text: error.message, bad: true }));
    };
    window.addEventListener("keydown", onKey);
    return () => {
      current = false;
      window.removeEventListener("keydown", onKey);
    };
  }, [may, slug]);

  if (!step) return null;
  return (
    <Suspense>
      <RestoreDialog
        slug={slug}
        revision={step.revision}
        newest={step.newest}
        onClose={() => setStep(null)}
      />
    </Suspense>
  );
}

function isUndo(event: KeyboardEvent): boolean {
  return (
    event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
  );
}

/** Where the key belongs to the text being written, or to a dialog. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null
  );
}
