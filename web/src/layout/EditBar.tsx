import { useMemo } from "react";
import { Icon } from "../shell/Icon";
import type { Asking } from "./Asked";
import { setValue } from "./file";
import { findingAt } from "./findings";
import { changes, diffLines } from "./lineDiff";
import type { Side } from "./Studio";
import type { Editing } from "./useEditing";

interface EditBarProps {
  editing: Editing;
  side: Side;
  setSide: (side: Side) => void;
  ask: (what: Asking) => void;
  save: () => void;
  leave: () => void;
}

/** The page's title and what is done with the whole of the edits. */
export function EditBar({ editing, side, setSide, ask, save, leave }: EditBarProps) {
  const { file, edit, saving, check, before, text } = editing;
  const lines = useMemo(() => changes(diffLines(before, text)), [before, text]);
  const problem = findingAt(check.problems, "/title");
  return (
    <header className="edit-bar">
      <h1 className="hidden">Edit {file.title}</h1>
      <div className="edit-name">
        <input
          className="edit-title"
          aria-label="Title of the dashboard"
          dir="auto"
          maxLength={200}
          value={file.title}
          aria-invalid={problem?.severity === "error"}
          onChange={(event) => edit((text) => setValue(text, ["title"], event.target.value), "title")}
        />
        {problem?.severity === "error" && <p className="problem">{problem.message}</p>}
      </div>
      <div className="actions" role="group" aria-label="Edits">
        <button
          type="button"
          className="icon-button"
          aria-label="Undo"
          title="Undo (Ctrl Z)"
          disabled={!editing.undo}
          onClick={() => editing.undo?.()}
        >
          <Turn back />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Redo"
          title="Redo (Ctrl Shift Z)"
          disabled={!editing.redo}
          onClick={() => editing.redo?.()}
        >
          <Turn />
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={side?.kind === "add"}
          onClick={() => setSide(side?.kind === "add" ? null : { kind: "add" })}
        >
          <Icon name="plus" /> Add view
        </button>
        <button type="button" className="button" disabled={lines === 0} onClick={() => ask("changes")}>
          Changes{lines > 0 && <span className="num quiet"> {lines}</span>}
        </button>
        <button type="button" className="button" onClick={leave}>
          {saving.dirty ? "Cancel" : "Done"}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={!saving.dirty || saving.busy || check.state === "broken"}
          onClick={save}
        >
          {saving.busy ? "Saving…" : "Save"}
        </button>
      </div>
    </header>
  );
}

function Turn({ back = false }: { back?: boolean }) {
  return (
    <svg className="icon" width={16} height={16} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={back ? "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1" : "m15 7 5 5-5 5m5-5H10a6 6 0 0 0-6 6v1"} />
    </svg>
  );
}
