import { type FormEvent, useId, useState } from "react";
import { Dialog } from "../dashboard/Dialog";
import { isStale, saveNew, slugOf } from "./saving";
import { wordsOf } from "./useSaving";

interface CopyDialogProps {
  slug: string;
  file: string;
  onSaved: (slug: string) => void;
  onClose: () => void;
}

/** Saves what is written as a dashboard of its own. */
export function CopyDialog({ slug, file, onSaved, onClose }: CopyDialogProps) {
  const [name, setName] = useState(`${slug.slice(0, 58)}-copy`);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const wanted = slugOf(name);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await saveNew(wanted, file);
      onSaved(wanted);
    } catch (error) {
      setProblem(
        isStale(error) ? `There is a dashboard “${wanted}” already. Choose another name.` : wordsOf(error),
      );
      setBusy(false);
    }
  };
  return (
    <Dialog title="Save as a copy" onClose={onClose}>
      <form className="small-form" onSubmit={(event) => void save(event)}>
        <div className="field">
          <label htmlFor={id}>Name in the address</label>
          <input
            id={id}
            value={name}
            maxLength={80}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={`${id}-note`}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <p id={`${id}-note`} className="quiet">
          {wanted === "" ? "Use letters and digits." : `It will be at /d/${wanted}`}
        </p>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={busy || wanted === ""}>
            Save copy
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
