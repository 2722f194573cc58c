import { isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { COLUMNS, type Item } from "./grid";
import { columnOf, endOf, flowText, leadOf, lineEnd, lineStart, pairAt, read, setIn } from "./splice";

/** An item of a row as the author wrote it, with the comments that are its own. */
export interface Piece {
  lead: string[];
  text: string;
  trail: string;
  span: number;
}

/** The items of a row in the order they stand in. */
export function piecesOf(text: string, row: YAMLMap): [string, Piece][] {
  const list = pairAt(row, "items")?.value;
  if (!isSeq(list)) return [];
  let lead: string[] = commentLines(
    text.slice(
      list.flow ? (list.range?.[0] ?? 0) + 1 : lineOfDash(text, list),
      list.items.length > 0 ? startAt(list, 0) : 0,
    ),
  );
  return list.items.filter(isMap).map((node, n) => {
    const end = endOf(text, node);
    const next =
      n + 1 < list.items.length ? startAt(list, n + 1) : list.flow ? (list.range?.[1] ?? 0) - 1 : end;
    const line = text.slice(end, list.flow ? next : lineEnd(text, end));
    const [here = "", ...below] = line.split("\n");
    const piece: Piece = {
      lead,
      text: text.slice(startAt(list, n), end),
      trail: /#.*$/.exec(here)?.[0] ?? "",
      span: Number(pairAt(node, "span")?.value?.toJSON() ?? COLUMNS),
    };
    lead = commentLines(list.flow ? below.join("\n") : text.slice(end + line.length, next));
    if (!node.flow) piece.text = dedent(piece.text, columnOf(text, startAt(list, n)));
    return [String(node.get("view")), piece];
  });
}

const startAt = (list: YAMLSeq, n: number): number => (list.items[n] as Node).range?.[0] ?? 0;
export const lineOfDash = (text: string, list: YAMLSeq): number => {
  const start = lineStart(text, list.range?.[0] ?? 0);
  return leadOf(text, start, columnOf(text, list.range?.[0] ?? 0));
};
const commentLines = (between: string): string[] =>
  between.split("\n").flatMap((line) => (/^\s*#/.test(line) ? [line.trim()] : []));
const dedent = (block: string, by: number): string => block.replace(new RegExp(`\n {${by}}`, "g"), "\n");

/** An item's text with its span, written anew where it has none yet. */
export function itemText(item: Item, pieces: Map<string, Piece>, flow: boolean): string {
  const piece = pieces.get(item.view);
  const isFlow = piece?.text.startsWith("{");
  if (!piece || (flow && !isFlow)) {
    const rest = piece ? (read(piece.text).toJS() as object) : {};
    return `{${flowText({ ...rest, view: item.view, span: item.span }).slice(1, -1)}}`;
  }
  if (piece.span === item.span) return piece.text;
  return setIn(isFlow ? `item: ${piece.text}\n` : piece.text, isFlow ? ["item", "span"] : ["span"], item.span)
    .replace(/^item: /, isFlow ? "" : "item: ")
    .trimEnd();
}

export const bare = (items: readonly Item[], pieces: Map<string, Piece>): boolean =>
  items.every((item) => {
    const piece = pieces.get(item.view);
    return !piece || (piece.lead.length === 0 && piece.trail === "");
  });

export function listLines(items: readonly Item[], pieces: Map<string, Piece>, column: number): string[] {
  const pad = " ".repeat(column);
  return items.flatMap((item) => {
    const { lead = [], trail = "" } = pieces.get(item.view) ?? {};
    const own = itemText(item, pieces, false).replaceAll("\n", `\n${pad}  `);
    return [...lead.map((line) => pad + line), `${pad}- ${own}${trail && `  ${trail}`}`];
  });
}

export function brackets(items: readonly Item[], pieces: Map<string, Piece>, indent: number): string {
  const pad = " ".repeat(indent);
  const lines = items.flatMap((item, n) => {
    const { lead = [], trail = "" } = pieces.get(item.view) ?? {};
    const comma = n + 1 < items.length ? "," : "";
    const own = `${itemText(item, pieces, true)}${comma}${trail && `  ${trail}`}`;
    return [...lead, own].map((line) => `${pad}  ${line}`);
  });
  return `[\n${lines.join("\n")}\n${pad}]`;
}
