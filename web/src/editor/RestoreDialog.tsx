import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tell } from "../shell/toast";
import { Confirm } from "./Confirm";
import { toEditor } from "./drafts";
import { restore, useFile } from "./revisions";
import { summarise } from "./summary";
import { refresh, wordsOf } from "./useSaving";
import "../styles/editor.css";

interface RestoreDialogProps {
  slug: string;
  revision: number;
  newest: number;
  title?: string;
  onRestored?: () => void;
  onClose: () => void;
}

/** Says what going back to a revision would change, and does it; a toast then offers the way back. */
export default function RestoreDialog({
  slug,
  revision,
  newest,
  title,
  onRestored,
  onClose,
}: RestoreDialogProps) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const target = useFile(slug, revision);
  const current = useFile(slug, newest);
  const run = async () => {
    setBusy(true);
    try {
      const made = await restore(slug, revision, newest);
      await refresh(queries, slug);
      tell({
        text: `Revision ${revision} is back, as revision ${made}`,
        action: { label: "Undo", run: () => void undo(made) },
      });
      onRestored?.();
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  const undo = async (made: number) => {
    try {
      const again = await restore(slug, newest, made);
      await refresh(queries, slug);
      tell({ text: `Undone: revision ${again} is what revision ${newest} was` });
    } catch (error) {
      tell({ text: `Not undone. ${wordsOf(error)}`, bad: true });
    }
  };
  const known = target.data !== undefined && current.data !== undefined;
  return (
    <Confirm
      title={title ?? `Go back to revision ${revision}?`}
      onClose={onClose}
      actions={[
        { label: `Restore revision ${revision}`, primary: true, disabled: busy, run: () => void run() },
        { label: "Cancel", run: onClose },
      ]}
    >
      <p>It becomes the newest revision. Nothing is lost: every revision stays in the history.</p>
      {known && (
        <ul className="changes" aria-label="What would change">
          {summarise(toEditor(current.data ?? ""), toEditor(target.data ?? "")).map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </Confirm>
  );
}
