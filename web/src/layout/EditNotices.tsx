import { toEditor } from "../editor/drafts";
import { MeanwhileNotice } from "../editor/MeanwhileNotice";
import { quoted } from "../format/quoted";
import { viewOf } from "./findings";
import type { Removed } from "./Studio";
import type { Editing } from "./useEditing";
import { titleOf } from "./words";

interface EditNoticesProps {
  editing: Editing;
  removed: Removed | null;
  onClean: () => void;
  onKeep: () => void;
  onShow: (view: string) => void;
  onCompare: () => void;
  onCopy: () => void;
}

/** What has to be said about the file as a whole. */
export function EditNotices({
  editing,
  removed,
  onClean,
  onKeep,
  onShow,
  onCompare,
  onCopy,
}: EditNoticesProps) {
  const { saving, check, file, refused, restored, start, before } = editing;
  const { meanwhile, problem, base, dirty } = saving;
  const errors = check.problems.filter((one) => one.severity === "error");
  const take = () => {
    if (!meanwhile) return;
    saving.take(meanwhile);
    start(toEditor(meanwhile.file));
  };
  return (
    <div className="edit-notices">
      {meanwhile && (
        <MeanwhileNotice
          refused={problem !== null}
          base={base}
          meanwhile={meanwhile}
          onCompare={onCompare}
          onTake={take}
          onCopy={onCopy}
        />
      )}
      {problem !== null && !meanwhile && (
        <p className="edit-notice bad" role="alert">
          <strong>Not saved.</strong> {problem}
        </p>
      )}
      {refused !== null && (
        <p className="edit-notice bad" role="alert">
          <strong>Not done.</strong> {refused}
        </p>
      )}
      {check.state === "failed" && check.failure && (
        <p className="edit-notice bad" role="alert">
          <strong>No preview.</strong> {check.failure.message}
        </p>
      )}
      {restored && dirty && (
        <div className="edit-notice">
          <span role="status">What you had not saved is back.</span>
          <button type="button" className="text-button" onClick={() => start(before)}>
            Discard it
          </button>
        </div>
      )}
      {removed && <RemovedNotice removed={removed} undo={editing.undo} onClean={onClean} onKeep={onKeep} />}
      {check.state === "broken" && errors.length > 0 && (
        <ul className="edit-notice bad findings" aria-label="What is wrong">
          {errors.slice(0, 4).map((one) => {
            const view = viewOf(one, file.views);
            return (
              <li key={`${one.path} ${one.message}`}>
                <span>{one.message}</span>
                {view !== null && (
                  <button type="button" className="text-button" onClick={() => onShow(view)}>
                    Show {titleOf(file, view)}
                  </button>
                )}
              </li>
            );
          })}
          {errors.length > 4 && <li>and {errors.length - 4} more</li>}
        </ul>
      )}
    </div>
  );
}

interface RemovedNoticeProps {
  removed: Removed;
  undo: (() => void) | null;
  onClean: () => void;
  onKeep: () => void;
}

function RemovedNotice({ removed, undo, onClean, onKeep }: RemovedNoticeProps) {
  const { insights, traces, queries } = removed.unused;
  const names = [
    ...insights.map((name) => `the insight ${name}`),
    ...traces.map((name) => `the trace ${name}`),
    ...queries.map((name) => `the query ${name}`),
  ];
  const back = () => {
    undo?.();
    onKeep();
  };
  return (
    <div className="edit-notice">
      <span role="status">
        Removed {quoted(removed.title)}.{names.length > 0 && ` Nothing else uses ${names.join(" and ")}.`}
      </span>
      {names.length > 0 && (
        <button type="button" className="text-button" onClick={onClean}>
          Remove too
        </button>
      )}
      <button type="button" className="text-button" onClick={back}>
        Undo
      </button>
      <button type="button" className="text-button" onClick={onKeep}>
        {names.length > 0 ? "Keep" : "Close"}
      </button>
    </div>
  );
}
