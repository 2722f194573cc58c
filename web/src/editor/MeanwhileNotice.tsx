import { ago } from "../shell/ago";
import { toEditor } from "./drafts";
import type { Base, Meanwhile } from "./saving";
import { summarise } from "./summary";

interface MeanwhileNoticeProps {
  /** Whether saving was tried. */
  refused?: boolean;
  base: Base;
  meanwhile: Meanwhile;
  onCompare: () => void;
  onTake: () => void;
  onCopy: () => void;
}

/** Somebody saved while this was being written: what they changed, and the ways out. */
export function MeanwhileNotice({
  refused = true,
  base,
  meanwhile,
  onCompare,
  onTake,
  onCopy,
}: MeanwhileNoticeProps) {
  const { by, revision, file } = meanwhile;
  const changes = summarise(toEditor(base.file), toEditor(file));
  return (
    <div className="meanwhile" role="alert">
      <div>
        <p>
          <strong>
            {refused && "Not saved. "}Revision {revision} was saved meanwhile
          </strong>
          {by && ` by ${by.author}, ${ago(by.created_at)}`}
        </p>
        <ul className="changes">
          {changes.slice(0, 4).map((one) => (
            <li key={one}>{one}</li>
          ))}
          {changes.length > 4 && <li>and {changes.length - 4} more</li>}
        </ul>
      </div>
      <div className="meanwhile-actions">
        <button type="button" className="button" onClick={onCompare}>
          Compare
        </button>
        <button type="button" className="button" onClick={onTake}>
          Take theirs
        </button>
        <button type="button" className="button" onClick={onCopy}>
          Save mine as a copy
        </button>
      </div>
    </div>
  );
}
