import { useState } from "react";
import { count } from "../format/text";
import { ago, exactly } from "../shell/ago";
import { Icon } from "../shell/Icon";
import { useMay } from "../shell/me";
import { DiffView } from "./DiffView";
import { toEditor } from "./drafts";
import RestoreDialog from "./RestoreDialog";
import { origin, type Revision, useFile, useRevisions } from "./revisions";
import { summarise } from "./summary";
import { wordsOf } from "./useSaving";
import "../styles/editor.css";

interface HistoryPanelProps {
  slug: string;
  revision: number;
  onClose: () => void;
}

/** Every revision of a dashboard, what changed between any two, and the way back to one. */
export default function HistoryPanel({ slug, revision, onClose }: HistoryPanelProps) {
  const { data, error, isPending } = useRevisions(slug);
  const revisions = data?.revisions ?? [];
  const newest = revisions[0]?.revision ?? revision;
  const [picked, setPicked] = useState<number | null>(null);
  const [against, setAgainst] = useState<number | null>(null);
  const shown = picked ?? newest;
  const before = against ?? usualOther(revisions, shown);
  const pick = (one: number) => {
    setPicked(one);
    setAgainst(null);
  };
  return (
    <section className="workbench history" aria-label={`History of ${slug}`}>
      <header className="workbench-head">
        <h1>
          History <span className="quiet num">{data ? count(revisions.length, "revision") : ""}</span>
        </h1>
        <div className="actions">
          <button type="button" className="icon-button" onClick={onClose} aria-label="Close the history">
            <Icon name="close" />
          </button>
        </div>
      </header>
      {error && (
        <p className="save-problem" role="alert">
          {wordsOf(error)}
        </p>
      )}
      <div className="workbench-body">
        {isPending && <div className="bone" role="status" aria-label="Loading" />}
        {data && <RevisionList revisions={revisions} shown={shown} onPick={pick} />}
        {data && (
          <div className="history-shown">
            <Compared
              {...{ slug, revisions, shown, before, newest }}
              onAgainst={setAgainst}
              onRestored={() => setPicked(null)}
            />
          </div>
        )}
      </div>
    </section>
  );
}

/** What a revision is compared with unless someone says: the one before it, for the first the newest. */
function usualOther(revisions: Revision[], shown: number): number | null {
  const other = revisions.find((one) => one.revision < shown) ?? revisions[0];
  return other === undefined || other.revision === shown ? null : other.revision;
}

interface RevisionListProps {
  revisions: Revision[];
  shown: number;
  onPick: (revision: number) => void;
}

function RevisionList({ revisions, shown, onPick }: RevisionListProps) {
  return (
    <nav className="revisions" aria-label="Revisions">
      <ol>
        {revisions.map((one, index) => (
          <li key={one.revision}>
            <button type="button" aria-current={one.revision === shown} onClick={() => onPick(one.revision)}>
              <span className="num revision-number">{one.revision}</span>
              <span className="revision-words">
                <span dir="auto">{one.author}</span>
                <span className="quiet" title={exactly(one.created_at)}>
                  {ago(one.created_at)}, {origin(one)}
                </span>
              </span>
              {index === 0 && <span className="chip">Now</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface ComparedProps {
  slug: string;
  revisions: Revision[];
  shown: number;
  before: number | null;
  newest: number;
  onAgainst: (revision: number) => void;
  onRestored: () => void;
}

function Compared({ slug, revisions, shown, before, newest, onAgainst, onRestored }: ComparedProps) {
  const may = useMay("edit");
  const [asking, setAsking] = useState(false);
  const is = useFile(slug, shown);
  const was = useFile(slug, before);
  const other = before === null ? is.data : was.data;
  const failure = is.error ?? was.error;
  return (
    <>
      <div className="compared-head">
        <h2 className="num">Revision {shown}</h2>
        <label className="compared-with">
          compared with
          <select
            value={before ?? ""}
            disabled={before === null}
            onChange={(event) => onAgainst(Number(event.target.value))}
          >
            {before === null && <option value="">nothing: it is the only one</option>}
            {revisions
              .filter((one) => one.revision !== shown)
              .map((one) => (
                <option key={one.revision} value={one.revision}>
                  revision {one.revision}
                  {one.revision === newest ? " (now)" : ""}
                </option>
              ))}
          </select>
        </label>
        {may && shown !== newest && (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            <Icon name="history" /> Restore this one
          </button>
        )}
      </div>
      {failure && (
        <p className="problem" role="alert">
          {wordsOf(failure)}
        </p>
      )}
      {is.data !== undefined && other !== undefined ? (
        <Difference was={other} is={is.data} before={before} shown={shown} />
      ) : (
        !failure && <div className="bone diff-bone" role="status" aria-label="Loading" />
      )}
      {asking && (
        <RestoreDialog
          {...{ slug, newest }}
          revision={shown}
          onRestored={onRestored}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface DifferenceProps {
  was: string;
  is: string;
  before: number | null;
  shown: number;
}

/** Two revisions, the older first. */
function Difference({ was, is, before, shown }: DifferenceProps) {
  const other = before ?? shown;
  const [old, now] = other < shown ? [toEditor(was), toEditor(is)] : [toEditor(is), toEditor(was)];
  const words = before === null ? ["The first revision"] : summarise(old, now);
  return (
    <>
      <ul className="changes" aria-label="What changed" aria-live="polite">
        {words.map((one) => (
          <li key={one} dir="auto">
            {one}
          </li>
        ))}
      </ul>
      <DiffView
        before={old}
        after={now}
        beforeLabel={`Revision ${Math.min(other, shown)}`}
        afterLabel={`Revision ${Math.max(other, shown)}`}
      />
    </>
  );
}
