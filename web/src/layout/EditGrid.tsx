import { useCallback, useMemo, useRef, useState } from "react";
import GridLayout, { type Compactor, type EventCallback } from "react-grid-layout";
import type { DashboardPageSpec } from "../api/types";
import { inputsNow } from "../inputs/inputs";
import { onCardKey } from "./cardKeys";
import { Face } from "./Face";
import { COLUMNS, GAP, place, type Row, type Rows, resize, toCells, UNIT } from "./grid";
import type { Hands } from "./Studio";
import type { Editing } from "./useEditing";
import { placeWords } from "./words";

interface EditGridProps {
  editing: Editing;
  page: DashboardPageSpec;
  chosen: string | null;
  hands: Hands;
  width: number;
}

const GRID = {
  cols: COLUMNS,
  rowHeight: UNIT,
  margin: [GAP, GAP] as const,
  containerPadding: [0, 0] as const,
};
const TILE_UNITS = 7;

/** Cards that are dragged and resized on the page's own grid; what the pointer would do is shown as it moves. */
export function EditGrid({ editing, page, chosen, hands, width }: EditGridProps) {
  const { file, check } = editing;
  const { rows } = file;
  const [natural, setNatural] = useState<Record<string, number>>({});
  const low = useMemo(() => lowness(file.views, natural), [file.views, natural]);
  const tall = useCallback(
    (view: string, h: number) => setNatural((last) => (last[view] === h ? last : { ...last, [view]: h })),
    [],
  );
  const { compactor, on, dropped } = useHand(rows, low, width, hands);
  const layout = useMemo(
    () =>
      rows.flatMap((row) => {
        const still = low(row) !== null;
        return row.items.map((item) => ({
          item,
          handles: still ? (["e"] as const) : (["e", "s", "se"] as const),
        }));
      }),
    [rows, low],
  );
  const cells = useMemo(() => toCells(rows, low), [rows, low]);
  const inputs = useMemo(
    () => inputsNow(page.inputs, check.preview?.data?.inputs ?? {}, editing.chosen),
    [page.inputs, check.preview, editing.chosen],
  );
  return (
    <>
      <p className="hidden" id="edit-keys">
        Arrow keys move the view, Shift with arrow keys resizes it, Enter opens its settings, Delete removes
        it.
      </p>
      {/* Dragging adds a style element of this id, which the page's policy forbids, where there is none: layout.css has it. */}
      <span id="react-draggable-style-el" hidden />
      <GridLayout
        className="edit-grid"
        width={width}
        gridConfig={GRID}
        compactor={compactor}
        layout={cells.map((cell, n) => ({ ...cell, resizeHandles: [...(layout[n]?.handles ?? [])] }))}
        {...on}
      >
        {cells.map(({ i: view }) => (
          <div
            key={view}
            className="edit-cell"
            role="group"
            aria-roledescription="movable view"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved, sized and opened by keys
            tabIndex={0}
            data-edit={view}
            data-chosen={view === chosen}
            aria-current={view === chosen ? "true" : undefined}
            aria-describedby="edit-keys"
            aria-label={placeWords(rows, view, file)}
            onClick={() => dropped.current || hands.choose(view)}
            onKeyDown={(event) => onCardKey(event, view, hands)}
          >
            <Face
              name={view}
              view={page.views[view]}
              written={file.views[view]}
              theme={page.theme}
              preview={check.preview}
              failure={check.failure}
              inputs={inputs}
              onTall={low({ source: null, height: "md", items: [{ view, span: 1 }] }) === null ? null : tall}
            />
          </div>
        ))}
      </GridLayout>
      {rows.length === 0 && (
        <p className="edit-empty quiet">Nothing is on the page yet. Add a view to begin.</p>
      )}
    </>
  );
}

/** How high rows of tiles and texts are: as high as what they hold, whatever the file says. */
function lowness(views: Record<string, { type: string }>, natural: Record<string, number>) {
  return (row: Row): number | null => {
    const types = row.items.map((item) => views[item.view]?.type);
    if (!types.every((type) => type === "metric" || type === "text")) return null;
    const least = types.includes("metric") ? TILE_UNITS : 2;
    return Math.max(least, ...row.items.map((item) => natural[item.view] ?? 0));
  };
}

interface Held {
  view: string;
  resizing: boolean;
  x: number;
  rows: Rows;
}

/**
 * What the pointer holds. Every place of it is worked out from the rows as they were when it was taken, so that what
 * is shown depends on where it is, not on the way there.
 */
function useHand(rows: Rows, low: (row: Row) => number | null, width: number, hands: Hands) {
  const held = useRef<Held | null>(null);
  const dropped = useRef(false);
  const now = useRef({ rows, low, width, hands });
  now.current = { rows, low, width, hands };
  return useMemo(() => {
    const compactor: Compactor = {
      type: "vertical",
      allowOverlap: false,
      compact: (cells) => {
        const { rows, low } = now.current;
        const hold = held.current;
        const cell = cells.find((one) => one.i === hold?.view);
        if (hold && cell) {
          const row = rows.find((one) => one.items.some((item) => item.view === hold.view));
          hold.rows = hold.resizing
            ? resize(rows, hold.view, cell.w, row && low(row) === null ? cell.h : null)
            : place(rows, hold.view, hold.x, cell.y, low);
        }
        const known = new Map(cells.map((one) => [one.i, one]));
        return toCells(hold?.rows ?? rows, low).map((one) => ({ ...known.get(one.i), ...one }));
      },
    };
    const take =
      (resizing: boolean): EventCallback =>
      (_layout, _old, cell, _placeholder, event) => {
        const { rows } = now.current;
        if (cell) held.current = { view: cell.i, resizing, x: columnAt(event, now.current.width), rows };
      };
    const drag: EventCallback = (_layout, _old, _cell, _placeholder, event) => {
      if (held.current) held.current.x = columnAt(event, now.current.width);
    };
    const drop: EventCallback = () => {
      const hold = held.current;
      held.current = null;
      // The click that ends a drag is none on the card.
      dropped.current = true;
      setTimeout(() => {
        dropped.current = false;
      });
      if (hold) now.current.hands.arrange(hold.rows, hold.view);
    };
    const on = {
      onDragStart: take(false),
      onDrag: drag,
      onDragStop: drop,
      onResizeStart: take(true),
      onResizeStop: drop,
    };
    return { compactor, on, dropped };
  }, []);
}

/** The column of the grid under the pointer, with its fraction. */
function columnAt(event: Event, width: number): number {
  const grid = document.querySelector(".edit-grid")?.getBoundingClientRect();
  const touch = "changedTouches" in event ? (event as TouchEvent).changedTouches[0] : null;
  const x = touch?.clientX ?? (event as MouseEvent).clientX;
  return ((x - (grid?.left ?? 0)) / width) * COLUMNS;
}
