import { DiffView } from "./DiffView";
import { toEditor } from "./drafts";
import { PreviewPane } from "./PreviewPane";
import type { Pane, Work } from "./useWorkbench";

const MINE = "What you wrote";

/** Beside the file: the page it makes, what was changed, or what somebody else changed meanwhile. */
export function Side({ work }: { work: Work }) {
  const { before, check, chosen, pane, saving, text } = work;
  const { base, meanwhile } = saving;
  return (
    <div className="workbench-side">
      <Panes work={work} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className="workbench-shown" aria-label="Beside the file" tabIndex={0}>
        {pane === "changes" && (
          <DiffView
            before={before}
            after={text}
            beforeLabel={`Revision ${base.revision}`}
            afterLabel={MINE}
          />
        )}
        {pane === "theirs" && meanwhile && (
          <>
            <div className="theirs-actions">
              <button type="button" className="button" onClick={work.takeTheirs}>
                Take theirs
              </button>
              <button type="button" className="button" onClick={() => void work.save(meanwhile.revision)}>
                Save mine over it
              </button>
            </div>
            <DiffView
              before={toEditor(meanwhile.file)}
              after={text}
              beforeLabel={`Revision ${meanwhile.revision}`}
              afterLabel={MINE}
            />
          </>
        )}
        {(pane === "file" || pane === "preview" || (pane === "theirs" && !meanwhile)) && (
          <PreviewPane check={check} chosen={chosen} onRetry={work.retry} />
        )}
      </section>
    </div>
  );
}

function Panes({ work: { pane, saving, setPane } }: { work: Work }) {
  const panes: { pane: Pane; label: string; disabled?: boolean }[] = [
    { pane: "file", label: "File" },
    { pane: "preview", label: "Preview" },
    { pane: "changes", label: "Changes", disabled: !saving.dirty },
  ];
  if (saving.meanwhile) panes.push({ pane: "theirs", label: `Revision ${saving.meanwhile.revision}` });
  return (
    <div className="panes" role="group" aria-label="Show">
      {panes.map((one) => (
        <button
          key={one.pane}
          type="button"
          data-pane={one.pane}
          data-with={pane === "file" && one.pane === "preview"}
          aria-pressed={pane === one.pane}
          disabled={one.disabled && pane !== one.pane}
          onClick={() => setPane(one.pane)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
