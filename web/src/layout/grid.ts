/** Rows of a dashboard's layout as cards on a grid of twelve columns, and back. */

export type Height = "sm" | "md" | "lg" | number;

export interface Item {
  view: string;
  span: number;
}

export interface Row {
  /** The row of the file that this one was; null for a new one. */
  source: number | null;
  height: Height;
  items: Item[];
}

export type Rows = readonly Row[];

export interface Cell {
  i: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

export const COLUMNS = 12;
/** Pixels between cards, and of one row unit without that gap: a card of n units is 20 n - 14 pixels high. */
export const GAP = 14;
export const UNIT = 6;
const STEP = GAP + UNIT;
/** Cards are not made narrower by the pointer or the keys; what the file says narrower stays. */
const NARROWEST = 2;
/** In units: the file takes 80 to 2,000 pixels. */
const LOWEST = 5;
const HIGHEST = 100;
/** A card taken a little up from its row is still in it. */
const SLACK = 2;
const MOST_IN_ROW = 6;

const NAMED = { sm: 232, md: 348, lg: 500 } as const;
const LADDER: readonly Height[] = [80, 120, 160, "sm", "md", "lg", 600, 700, 800, 1000, 1200, 1600, 2000];

export const pixels = (height: Height): number => (typeof height === "number" ? height : NAMED[height]);
export const units = (px: number): number => Math.max(1, Math.round((px + GAP) / STEP));

/** The height that a card of so many units stands for: a named one where it is near. */
export function heightOf(h: number): Height {
  const px = Math.min(HIGHEST, Math.max(LOWEST, h)) * STEP - GAP;
  for (const name of ["sm", "md", "lg"] as const) if (Math.abs(NAMED[name] - px) <= 30) return name;
  return px;
}

export const used = (row: Row): number => row.items.reduce((sum, item) => sum + item.span, 0);

/** How many units high each row is shown, where that is not what its height says (tiles, texts). */
export type Lowness = (row: Row) => number | null;
const NO_LOW: Lowness = () => null;

export const unitsOf = (row: Row, low: Lowness = NO_LOW): number => low(row) ?? units(pixels(row.height));

/** Where each card stands. Cards never overlap; a row's cards are equally high. */
export function toCells(rows: Rows, low: Lowness = NO_LOW): Cell[] {
  let y = 0;
  return rows.flatMap((row) => {
    const h = unitsOf(row, low);
    let x = 0;
    const cells = row.items.map(({ view, span }) => {
      const cell = { i: view, x, y, w: span, h };
      x += span;
      return cell;
    });
    y += h;
    return cells;
  });
}

export interface Found {
  row: number;
  at: number;
  item: Item;
}

export function find(rows: Rows, view: string): Found | null {
  for (const [row, { items }] of rows.entries()) {
    const at = items.findIndex((item) => item.view === view);
    const item = items[at];
    if (item) return { row, at, item };
  }
  return null;
}

const full = (rows: Rows): Row[] => rows.filter((row) => row.items.length > 0);

/** The rows without a view; a row left empty goes. */
export function without(rows: Rows, view: string): Row[] {
  return full(
    rows.map((row) =>
      row.items.some((item) => item.view === view)
        ? { ...row, items: row.items.filter((item) => item.view !== view) }
        : row,
    ),
  );
}

/** Shrinks the others until `items` fit twelve columns: the widest first, the later first among equals. */
function squeeze(items: Item[], keep?: string): Item[] {
  const spans = items.map((item) => item.span);
  let over = spans.reduce((sum, span) => sum + span, 0) - COLUMNS;
  for (const least of [NARROWEST, 1])
    while (over > 0) {
      let widest = -1;
      for (const [n, span] of spans.entries())
        if (items[n]?.view !== keep && span > least && (widest < 0 || span >= (spans[widest] ?? 0)))
          widest = n;
      if (widest < 0) break;
      spans[widest] = (spans[widest] ?? 0) - 1;
      over -= 1;
    }
  return items.map((item, n) => (item.span === spans[n] ? item : { ...item, span: spans[n] ?? 1 }));
}

/** Whether a card joins the row, and how wide it is there. */
function widthIn(row: Row, span: number): number | null {
  const free = COLUMNS - used(row);
  if (free >= Math.min(span, 3)) return Math.min(span, free);
  if (row.items.length >= MOST_IN_ROW) return null;
  return Math.min(span, Math.max(NARROWEST, Math.floor(COLUMNS / (row.items.length + 1))));
}

export function insert(row: Row, at: number, item: Item): Row {
  const items = [...row.items.slice(0, at), item, ...row.items.slice(at)];
  return { ...row, items: squeeze(items, item.view) };
}

/**
 * The rows with a card let go: the pointer at column `x`, its top at unit `y`, as told by the rows without it.
 *
 * With its top well inside a row it joins that row, which makes room; else it gets a row of its own.
 */
export function place(rows: Rows, view: string, x: number, y: number, low: Lowness = NO_LOW): Row[] {
  const from = find(rows, view);
  const was = from && rows[from.row];
  if (!from || !was) return [...rows];
  const rest = without(rows, view);
  const alone = was.items.length === 1;
  const own: Row = { source: alone ? was.source : null, height: was.height, items: [from.item] };
  const before = (n: number) => [...rest.slice(0, n), own, ...rest.slice(n)];
  let top = 0;
  for (const [n, row] of rest.entries()) {
    const h = unitsOf(row, low);
    const deep = (y - top) / h;
    const mates = !alone && n === from.row;
    if (mates ? y < top - SLACK : deep < 0) return before(n);
    // Where its row was, a card alone in it is level with the row below without being meant to join it.
    const level = deep < 0.25 && (mates || (!(alone && n === from.row) && COLUMNS - used(row) >= 3));
    if (level || (deep >= 0.25 && deep < 0.75)) {
      const span = mates ? from.item.span : widthIn(row, from.item.span);
      if (span !== null)
        return rest.map((one) =>
          one === row ? insert(row, indexAt(mates ? was : row, x, view), { ...from.item, span }) : one,
        );
    }
    const next = rest[n + 1];
    const reaches = !alone && n + 1 === from.row && next && y >= top + h - SLACK;
    if (!reaches && deep < 1) return before(deep < 0.5 ? n : n + 1);
    top += h;
  }
  return [...rest, own];
}

/** How many other cards of a row stand left of a column. */
function indexAt(row: Row, x: number, view: string): number {
  let left = 0;
  return row.items.filter((item) => {
    left += item.span;
    return item.view !== view && left - item.span / 2 <= x;
  }).length;
}

/** The rows with a card made `w` columns wide and its row `h` units high; its neighbours make room. */
export function resize(rows: Rows, view: string, w: number, h: number | null): Row[] {
  const from = find(rows, view);
  if (!from) return [...rows];
  return rows.map((row, n) => {
    if (n !== from.row) return row;
    const least = row.items.reduce(
      (sum, item) => sum + (item.view === view ? 0 : Math.min(NARROWEST, item.span)),
      0,
    );
    const span = Math.max(Math.min(NARROWEST, from.item.span), Math.min(w, COLUMNS - least));
    const items = row.items.map((item) => (item.view === view ? { ...item, span } : item));
    const height = h === null || h === unitsOf(row) ? row.height : heightOf(h);
    return { ...row, height, items: squeeze(items, view) };
  });
}

/** The rows with one row a step higher (1) or lower (-1). */
export function stepHeight(rows: Rows, view: string, by: 1 | -1): Row[] {
  const from = find(rows, view);
  return rows.map((row, n) => {
    if (n !== from?.row) return row;
    const now = pixels(row.height);
    const next =
      by === 1
        ? LADDER.find((height) => pixels(height) > now)
        : LADDER.findLast((height) => pixels(height) < now);
    return next === undefined ? row : { ...row, height: next };
  });
}

export function sameRows(a: Rows, b: Rows): boolean {
  const plain = (rows: Rows) => JSON.stringify(rows.map(({ height, items }) => [height, items]));
  return plain(a) === plain(b);
}
