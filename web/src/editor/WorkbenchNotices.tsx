import { MeanwhileNotice } from "./MeanwhileNotice";
import type { Work } from "./useWorkbench";

/** What has to be said about the file as a whole. */
export function WorkbenchNotices({ work }: { work: Work }) {
  const { saving, restored } = work;
  const { base, meanwhile, problem } = saving;
  return (
    <div className="workbench-notices">
      {meanwhile && (
        <MeanwhileNotice
          refused={problem !== null}
          base={base}
          meanwhile={meanwhile}
          onCompare={() => work.setPane("theirs")}
          onTake={work.takeTheirs}
          onCopy={() => work.ask("copy")}
        />
      )}
      {problem !== null && !meanwhile && (
        <p className="save-problem" role="alert">
          <strong>Not saved.</strong> {problem}
        </p>
      )}
      {restored && saving.dirty && (
        <div className="restored">
          <span role="status">What you had not saved is back.</span>
          <button type="button" className="text-button" onClick={work.discard}>
            Discard it
          </button>
        </div>
      )}
    </div>
  );
}
