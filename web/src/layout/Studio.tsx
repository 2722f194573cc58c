import { useEffect, useMemo, useRef, useState } from "react";
import type { DashboardPageSpec } from "../api/types";
import type { Opened } from "../editor/useOpened";
import { tell } from "../shell/toast";
import { AddPanel } from "./AddPanel";
import { Asked, type Asking } from "./Asked";
import { EditBar } from "./EditBar";
import { EditGrid } from "./EditGrid";
import { EditList } from "./EditList";
import { EditNotices } from "./EditNotices";
import { setLayout } from "./file";
import { find, type Rows, resize, sameRows, stepHeight } from "./grid";
import { type Direction, nudge } from "./moves";
import { saveEdits, useEditing, useEditKeys } from "./useEditing";
import { useWidth } from "./useWidth";
import { ViewPanel } from "./ViewPanel";
import { removeUnused, removeView, type Unused, unusedBy } from "./views";
import { placeWords } from "./words";

interface StudioProps {
  slug: string;
  opened: Opened;
  page: DashboardPageSpec;
  onClose: () => void;
}

/** What the side shows: the settings of a view, or what can be added. */
export type Side = { kind: "view"; view: string } | { kind: "add" } | null;

export interface Removed {
  view: string;
  title: string;
  unused: Unused;
}

/** Below it cards are put in order instead of dragged: there is one column. */
const NARROW = 640;

/** Everything by which a card is worked on, whether by pointer, keys or buttons. */
export interface Hands {
  arrange: (rows: Rows, view?: string) => void;
  move: (view: string, direction: Direction) => void;
  stretch: (view: string, columns: number, steps: -1 | 0 | 1) => void;
  remove: (view: string) => void;
  choose: (view: string) => void;
}

export function Studio({ slug, opened, page: first, onClose }: StudioProps) {
  const editing = useEditing(slug, opened);
  const { file, edit, check, saving } = editing;
  const [side, setSide] = useState<Side>(null);
  const [asking, ask] = useState<Asking>(null);
  const [removed, setRemoved] = useState<Removed | null>(null);
  const [said, say] = useState("");
  const { box, width } = useWidth();
  const page = check.preview?.page ?? first;
  const chosen = side?.kind === "view" && side.view in file.views ? side.view : null;

  const leave = () => (saving.dirty ? ask("leave") : onClose());
  const save = () => void saveEdits(saving, onClose);
  useEditKeys({ undo: editing.undo, redo: editing.redo, save });
  const hands = useHands(editing, { say, setRemoved, setSide });
  const clean = () => {
    if (removed) edit((text) => removeUnused(text, removed.unused));
    setRemoved(null);
    tell({ text: "Removed what was not used any more" });
  };

  return (
    <section className="edit" aria-label={`Edit ${file.title}`} data-check={check.state}>
      <EditBar {...{ editing, side, setSide, ask, save, leave }} />
      <p className="hidden" role="status">
        {said}
      </p>
      <EditNotices
        editing={editing}
        removed={removed && removed.view in file.views ? null : removed}
        onClean={clean}
        onKeep={() => setRemoved(null)}
        onShow={(view) => setSide({ kind: "view", view })}
        onCompare={() => ask("theirs")}
        onCopy={() => ask("copy")}
      />
      <div className="edit-body" data-side={side !== null && (chosen !== null || side.kind === "add")}>
        <div className="edit-canvas" ref={box}>
          {width > 0 &&
            (width < NARROW ? (
              <EditList rows={file.rows} file={file} chosen={chosen} hands={hands} />
            ) : (
              <EditGrid {...{ editing, page, chosen, hands, width }} />
            ))}
        </div>
        {chosen !== null && (
          <ViewPanel
            key={chosen}
            editing={editing}
            name={chosen}
            hands={hands}
            onChoose={hands.choose}
            onClose={() => setSide(null)}
          />
        )}
        {side?.kind === "add" && (
          <AddPanel editing={editing} onAdded={hands.choose} onClose={() => setSide(null)} />
        )}
      </div>
      <Asked asking={asking} ask={ask} editing={editing} onClose={onClose} />
    </section>
  );
}

interface Effects {
  say: (words: string) => void;
  setRemoved: (removed: Removed | null) => void;
  setSide: (side: Side) => void;
}

function useHands(editing: ReturnType<typeof useEditing>, effects: Effects): Hands {
  const latest = useRef({ editing, effects });
  useEffect(() => {
    latest.current = { editing, effects };
  });
  return useMemo<Hands>(() => {
    const now = () => latest.current;
    const arrange = (rows: Rows, view?: string) => {
      const { editing, effects } = now();
      if (!sameRows(rows, editing.file.rows)) editing.edit((text) => setLayout(text, rows));
      if (view !== undefined) effects.say(placeWords(rows, view, editing.file));
    };
    return {
      arrange,
      move: (view, direction) => arrange(nudge(now().editing.file.rows, view, direction), view),
      stretch: (view, columns, steps) => {
        const { rows } = now().editing.file;
        const span = find(rows, view)?.item.span ?? 0;
        arrange(steps === 0 ? resize(rows, view, span + columns, null) : stepHeight(rows, view, steps), view);
      },
      remove: (view) => {
        const { editing, effects } = now();
        const unused = unusedBy(editing.file, view);
        const title = editing.file.views[view]?.title ?? view;
        editing.edit((text) => removeView(text, view));
        effects.setSide(null);
        effects.setRemoved({ view, title, unused });
        effects.say(`Removed ${title}`);
      },
      choose: (view) => now().effects.setSide({ kind: "view", view }),
    };
  }, []);
}
