import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { looks, readOnly } from "./setup";

interface DiffViewProps {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
}

const COLLAPSE = { margin: 3, minSize: 6 };
const NARROW = "(max-width: 900px)";

/** Two files side by side, their differences marked; in one column where the window is narrow. Equal ones: the file. */
export function DiffView({ before, after, beforeLabel, afterLabel }: DiffViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const same = before === after;

  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    if (narrow || same) {
      const view = new EditorView({
        parent,
        state: EditorState.create({
          doc: after,
          extensions: [
            looks(same ? afterLabel : `From ${beforeLabel} to ${afterLabel}`),
            readOnly(),
            same
              ? []
              : unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSE }),
          ],
        }),
      });
      return () => view.destroy();
    }
    const view = new MergeView({
      parent,
      a: { doc: before, extensions: [looks(beforeLabel), readOnly()] },
      b: { doc: after, extensions: [looks(afterLabel), readOnly()] },
      collapseUnchanged: COLLAPSE,
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, narrow, same]);

  return (
    <div className="diff">
      {!narrow && !same && (
        <div className="diff-heads num" aria-hidden="true">
          <span>{beforeLabel}</span>
          <span>{afterLabel}</span>
        </div>
      )}
      <div className="diff-body" ref={host} />
    </div>
  );
}

function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(NARROW).matches,
  );
}
