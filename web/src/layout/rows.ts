import { isMap, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { COLUMNS, type Item, type Row, type Rows } from "./grid";
import { bare, brackets, itemText, lineOfDash, listLines, type Piece, piecesOf } from "./items";
import {
  afterBlock,
  columnOf,
  endOf,
  leadOf,
  lineEnd,
  lineStart,
  nodeAt,
  pairAt,
  read,
  replaced,
  setIn,
} from "./splice";

const PATH = ["layout", "rows"] as const;

/** The text with the rows of its layout changed; rows and items that only move keep their text and comments. */
export function setRows(text: string, rows: Rows): string {
  const root = read(text);
  const list = nodeAt(root, PATH);
  const olds = isSeq(list) ? list.items.filter(isMap) : [];
  if (!isSeq(list) || olds.length === 0 || olds.length !== list.items.length)
    return setIn(text, PATH, rows.map(plain));
  const pieces = new Map(olds.flatMap((row) => piecesOf(text, row)));
  const [from, to] = [list.range?.[0] ?? 0, endOf(text, list)];
  if (list.flow) {
    const made = rows.map((row) => flowRow(text, row, olds, pieces));
    const [first, second] = olds;
    const apart = first && second ? text.slice(first.range?.[1] ?? 0, second.range?.[0] ?? 0) : ", ";
    const [a, z] = [olds[0]?.range?.[0] ?? from + 1, olds.at(-1)?.range?.[1] ?? to - 1];
    return replaced(text, a, z, made.join(apart));
  }
  return blockRows(text, rows, list, olds, pieces);
}

const plain = ({ height, items }: Row) => ({
  height,
  items: items.map(({ view, span }) => ({ view, span })),
});

function blockRows(
  text: string,
  rows: Rows,
  list: YAMLSeq,
  olds: YAMLMap[],
  pieces: Map<string, Piece>,
): string {
  const dash = columnOf(text, text.lastIndexOf("-", (olds[0]?.range?.[0] ?? 0) - 1));
  const begin = lineStart(text, list.range?.[0] ?? 0);
  const ends = olds.map((row) => afterBlock(text, endOf(text, row), dash));
  const starts = olds.map((_, n) => (n === 0 ? leadOf(text, begin, dash) : (ends[n - 1] ?? 0)));
  const kept = new Set(rows.map((row) => row.source));
  const pad = " ".repeat(dash);
  const orphans = new Map<string, string>();
  for (const [n, row] of olds.entries()) {
    if (kept.has(n)) continue;
    const own = piecesOf(text, row);
    const head = commentsOf(text, row, own, starts[n] ?? 0, ends[n] ?? 0).map((line) => `${pad}${line}\n`);
    for (const [view] of own) orphans.set(view, head.join(""));
  }
  const chunks = rows.map((row) => {
    const old = row.source === null ? undefined : olds[row.source];
    const heads = row.items.map((item) => orphans.get(item.view) ?? "");
    const head = [...new Set(heads)].join("");
    if (!old || row.source === null) return head + newRow(text, row, olds, pieces, dash);
    const [start, end] = [starts[row.source] ?? 0, ends[row.source] ?? 0];
    const own = changed(text, old, row, pieces, start, end);
    return head + (own.endsWith("\n") ? own : `${own}\n`);
  });
  const end = ends.at(-1) ?? 0;
  const made = chunks.join("");
  return replaced(text, starts[0] ?? 0, end, text[end - 1] === "\n" ? made : made.replace(/\n$/, ""));
}

/** The comments of a row that are not one item's. */
function commentsOf(
  text: string,
  row: YAMLMap,
  own: [string, Piece][],
  start: number,
  end: number,
): string[] {
  let rest = text.slice(start, end);
  const list = pairAt(row, "items")?.value as YAMLSeq;
  for (const node of list.items.filter(isMap))
    rest = rest.replace(text.slice(node.range?.[0] ?? 0, endOf(text, node)), "_");
  const theirs = own.flatMap(([, { lead, trail }]) => [...lead, trail]);
  return (rest.match(/(?<=^|\s)#.*$/gm) ?? []).filter((line) => !theirs.includes(line));
}

/** A row that is there with its height and items changed: the text between `start` and `end`. */
function changed(
  text: string,
  old: YAMLMap,
  row: Row,
  pieces: Map<string, Piece>,
  start: number,
  end: number,
): string {
  let own = text.slice(start, end);
  const items = pairAt(old, "items");
  const height = pairAt(old, "height");
  const edits: [number, number, string][] = [];
  if (items && isSeq(items.value)) {
    const was = piecesOf(text, old);
    const same = was.length === row.items.length && was.every(([view], n) => view === row.items[n]?.view);
    if (same) edits.push(...spanEdits(text, items.value, row.items));
    else
      edits.push(itemsEdit(text, items.value, columnOf(text, items.key.range?.[0] ?? 0), row.items, pieces));
  }
  const known = height ? (height.value as Node).toJS(read(text)) : "md";
  if (known !== row.height) {
    const at = old.range?.[0] ?? 0;
    if (height)
      edits.push([height.value?.range?.[0] ?? 0, height.value?.range?.[1] ?? 0, String(row.height)]);
    else if (old.flow) edits.push([at + 1, at + 1, `height: ${row.height}, `]);
    else edits.push([at, at, `height: ${row.height}\n${" ".repeat(columnOf(text, at))}`]);
  }
  for (const [a, z, by] of edits.sort((one, two) => two[0] - one[0]))
    own = replaced(own, a - start, z - start, by);
  return own;
}

function spanEdits(text: string, list: YAMLSeq, items: readonly Item[]): [number, number, string][] {
  return list.items.filter(isMap).flatMap((node, n): [number, number, string][] => {
    const span = pairAt(node, "span");
    const wanted = items[n]?.span ?? COLUMNS;
    const value = span?.value;
    if (value)
      return value.toJSON() === wanted
        ? []
        : [[value.range?.[0] ?? 0, value.range?.[1] ?? 0, String(wanted)]];
    if (wanted === COLUMNS) return [];
    const end = node.flow ? lastEnd(text, node) : lineEnd(text, lastEnd(text, node));
    const by = node.flow
      ? `, span: ${wanted}`
      : `\n${" ".repeat(columnOf(text, node.range?.[0] ?? 0))}span: ${wanted}`;
    return [[end, end, by]];
  });
}

function lastEnd(text: string, map: YAMLMap): number {
  const last = map.items.at(-1) as Pair<Node, Node | null>;
  return endOf(text, last.value ?? last.key);
}

/** The items of a row written anew: between brackets or as a list of lines, as they were. */
function itemsEdit(
  text: string,
  list: YAMLSeq,
  indent: number,
  items: readonly Item[],
  pieces: Map<string, Piece>,
): [number, number, string] {
  const [start, end] = [list.range?.[0] ?? 0, endOf(text, list)];
  const was = text.slice(start, end);
  if (!list.flow) {
    const column = columnOf(text, start);
    const from = lineOfDash(text, list);
    const stop = lineEnd(text, end);
    return [from, stop, listLines(items, pieces, column).join("\n")];
  }
  if (!was.includes("\n") && bare(items, pieces)) {
    const [first] = list.items as Node[];
    const pad = first ? text.slice(start + 1, first.range?.[0] ?? 0) : "";
    return [start, end, `[${pad}${items.map((item) => itemText(item, pieces, true)).join(", ")}${pad}]`];
  }
  return [start, end, brackets(items, pieces, indent)];
}

function flowRow(text: string, row: Row, olds: YAMLMap[], pieces: Map<string, Piece>): string {
  const old = row.source === null ? undefined : olds[row.source];
  if (old) return changed(text, old, row, pieces, old.range?.[0] ?? 0, old.range?.[1] ?? 0);
  return `{height: ${row.height}, items: [${row.items.map((item) => itemText(item, pieces, true)).join(", ")}]}`;
}

/** A new row in the style of the rows there are. */
function newRow(text: string, row: Row, olds: YAMLMap[], pieces: Map<string, Piece>, dash: number): string {
  const like = olds[0];
  const pad = " ".repeat(dash);
  const flowing = (like && pairAt(like, "items")?.value) as YAMLSeq | undefined;
  const said = row.height !== "md" || olds.some((old) => pairAt(old, "height"));
  if (like?.flow && bare(row.items, pieces)) return `${pad}- ${flowRow(text, row, olds, pieces)}\n`;
  const head = said ? `height: ${row.height}\n${pad}  ` : "";
  if (flowing?.flow && bare(row.items, pieces)) {
    const made = row.items.map((item) => itemText(item, pieces, true)).join(", ");
    return `${pad}- ${head}items: [${made}]\n`;
  }
  const deeper = flowing && !flowing.flow ? columnOf(text, flowing.range?.[0] ?? 0) : dash + 4;
  return `${pad}- ${head}items:\n${listLines(row.items, pieces, deeper).join("\n")}\n`;
}
