import { useEffect } from "react";
import { FileCost } from "../costs/FileCost";
import { PreparedTag } from "../dashboard/PreparedTag";
import { Icon } from "../shell/Icon";
import { CodeEditor } from "./CodeEditor";
import { ProblemList } from "./ProblemList";
import { type Problem, tally } from "./problems";
import { Questions } from "./Questions";
import { Side } from "./Side";
import type { Check } from "./useCheck";
import { useWorkbench, type Work, type WorkSubject } from "./useWorkbench";
import { WorkbenchNotices } from "./WorkbenchNotices";

interface WorkbenchProps extends WorkSubject {
  onClose: () => void;
}

const MOD = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
const NONE: Problem[] = [];

/** Editor, findings, preview and comparison of one file. */
export function Workbench({ onClose, ...subject }: WorkbenchProps) {
  const work = useWorkbench(subject);
  const { slug, opened, editable } = subject;
  const { check, editor, saving } = work;
  const problems = editable ? check.problems : NONE;

  useEffect(() => {
    if (editable && window.matchMedia("(min-width: 901px)").matches) editor.current?.focus();
  }, [editable, editor]);

  return (
    <section
      className="workbench"
      aria-label={`File of ${slug}`}
      data-pane={work.pane}
      data-editable={editable}
      data-check={check.state}
    >
      <Head work={work} onClose={() => (saving.dirty ? work.ask("leave") : onClose())} />
      <p className="hidden" role="status">
        {saidOf(check, problems)}
      </p>
      <WorkbenchNotices work={work} />
      <div className="workbench-body">
        <div className="workbench-file">
          <CodeEditor
            ref={editor}
            label={`${slug}.yaml`}
            text={opened.text}
            editable={editable}
            problems={problems}
            known={work.known}
            describedBy="editor-keys"
            onChange={work.setText}
            onSave={() => void work.save()}
          />
          <ProblemList problems={problems} onJump={work.jump} />
          {editable && <FileCost cost={check.cost} />}
          <EditorKeys editable={editable} />
        </div>
        {editable && <Side work={work} />}
      </div>
      <Questions work={work} onClose={onClose} />
    </section>
  );
}

/** For who hears the page: what came of the last check. While the next one runs, it stands. */
function saidOf({ state, preview, failure }: Check, problems: Problem[]): string {
  if (state === "failed") return `The file could not be checked. ${failure?.message ?? ""}`;
  return problems.length > 0 || preview !== null ? tally(problems) : "";
}

function Head({ work, onClose }: { work: Work; onClose: () => void }) {
  const { slug, editable, saving, ask } = work;
  const { base, busy, dirty } = saving;
  return (
    <header className="workbench-head">
      <h1>
        {slug}.yaml <span className="quiet num">revision {base.revision}</span>
      </h1>
      {editable && (
        <span className="save-state" data-dirty={dirty}>
          {busy ? "Saving…" : dirty ? "Not saved yet" : "Saved"}
        </span>
      )}
      {editable && !busy && !dirty && <PreparedTag slug={slug} revision={base.revision} />}
      <div className="actions">
        {editable && (
          <>
            <button type="button" className="button copy-action" onClick={() => ask("copy")}>
              <Icon name="copy" /> <span>Save as a copy</span>
            </button>
            <button
              type="button"
              className="button primary"
              disabled={!dirty || busy}
              onClick={() => void work.save()}
            >
              Save
            </button>
          </>
        )}
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close the file">
          <Icon name="close" />
        </button>
      </div>
    </header>
  );
}

function EditorKeys({ editable }: { editable: boolean }) {
  if (!editable)
    return (
      <p id="editor-keys" className="editor-keys">
        You may read this file; editors of the team may change it.
      </p>
    );
  return (
    <p id="editor-keys" className="editor-keys">
      <kbd>Tab</kbd> indents, <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor, <kbd>Ctrl Space</kbd>{" "}
      suggests, <kbd>{MOD} F</kbd> finds, <kbd>{MOD} S</kbd> saves
    </p>
  );
}
