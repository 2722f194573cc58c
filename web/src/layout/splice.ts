import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLMap,
} from "yaml";

/** Edits of a YAML text that leave every character outside of the edited value as the author wrote it. */

export type Path = readonly (string | number)[];

/** The text is not YAML, or not what an edit of it needs. */
export class FileProblem extends Error {}

export const STYLE = { lineWidth: 0, flowCollectionPadding: false } as const;

/** Reads a text. Raises FileProblem. */
export function read(text: string): Document.Parsed {
  const found = parseDocument(text, { logLevel: "silent" });
  const [error] = found.errors;
  if (error) throw new FileProblem(error.message);
  if (!isMap(found.contents)) throw new FileProblem("The file is not a map of keys.");
  return found as Document.Parsed;
}

export function nodeAt(root: Document.Parsed, path: Path): Node | null {
  return (root.getIn(path, true) as Node | undefined) ?? null;
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;

/** Where a node's content ends, without blank lines and comments after it. */
export function endOf(text: string, node: Node): number {
  const end = node.range?.[1] ?? 0;
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const inner = node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
    return Math.max(startOf(node), ...inner.map((one) => (one ? endOf(text, one as Node) : 0)));
  }
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")
    ? startOf(node) + text.slice(startOf(node), end).trimEnd().length
    : end;
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;
export const columnOf = (text: string, at: number): number => at - lineStart(text, at);
/** The start of the line after `at`. */
export function nextLine(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found < 0 ? text.length : found + 1;
}
export const lineEnd = (text: string, at: number): number => {
  const found = text.indexOf("\n", at);
  return found < 0 ? text.length : found;
};
const lineAt = (text: string, start: number): string =>
  text.slice(start, nextLine(text, start)).replace(/\n$/, "");

/** The first of the comment lines right above a line that are indented as it is. */
export function leadOf(text: string, start: number, indent: number): number {
  let lead = start;
  while (lead > 0) {
    const above = lineStart(text, lead - 1);
    if (!lineAt(text, above).startsWith(`${" ".repeat(indent)}#`)) break;
    lead = above;
  }
  return lead;
}

/** The start of the line after a block node, past the comments that are indented deeper than it is. */
export function afterBlock(text: string, end: number, indent: number): number {
  let at = nextLine(text, end);
  for (;;) {
    const match = /^( *)#/.exec(lineAt(text, at));
    if (!match || (match[1]?.length ?? 0) <= indent || at >= text.length) return at;
    at = nextLine(text, at);
  }
}

export const replaced = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** A value in one line, as it stands in braces or brackets. */
export function flowText(value: unknown): string {
  const node = new Document([value]);
  if (isSeq(node.contents)) node.contents.flow = true;
  return node.toString(STYLE).trim().slice(1, -1);
}

/** A pair as lines, indented; `like` is a value beside it, whose style it takes. */
function blockText(key: string, value: unknown, indent: number, like: unknown): string {
  const made = new Document({ [key]: value });
  const node = (made.contents as YAMLMap).get(key, true) as unknown;
  styled(node, like);
  const lines = made.toString(STYLE).replace(/\n$/, "").split("\n");
  return lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line)).join("\n");
}

/** Collections are written as `like` writes its own; unknown ones in one line, where they hold plain values. */
function styled(node: unknown, like: unknown): void {
  if (!isMap(node) && !isSeq(node)) return;
  const known = (isMap(like) || isSeq(like)) && isMap(like) === isMap(node);
  const values = node.items.map((item) => (isMap(node) ? (item as Pair).value : item));
  node.flow = known
    ? Boolean(like.flow)
    : values.every((one) => isScalar(one) && !String(one.value).includes("\n"));
  if (node.items.length === 0) node.flow = true;
  for (const item of node.items) {
    if (!isMap(node)) styled(item, known && isSeq(like) ? like.items[0] : undefined);
    else
      styled(
        (item as Pair).value,
        known && isMap(like) ? like.get(String((item as Pair).key), true) : undefined,
      );
  }
}

/** A scalar's text in its place; quotes that the author chose (that the old value did not need) stay. */
function scalarText(value: unknown, old: Scalar, flow: boolean, indent: number): string {
  if (typeof value !== "string") return flowText(value);
  if (value.includes("\n") && !flow) return blockText("k", value, indent, null).slice(indent + 3);
  const plain = (text: unknown) => (flow ? flowText(text) : new Document(text).toString(STYLE).trimEnd());
  const quotes = { QUOTE_DOUBLE: '"', QUOTE_SINGLE: "'" }[String(old.type)];
  if (!quotes || plain(old.value).startsWith(quotes)) return plain(value);
  const made = new Scalar(value);
  made.type = old.type as Scalar.Type;
  return flowText(made);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a node stands inside braces or brackets. */
function inFlow(root: Document.Parsed, path: Path): boolean {
  return path.some((_, n) => {
    const above = n === 0 ? root.contents : nodeAt(root, path.slice(0, n));
    return (isMap(above) || isSeq(above)) && Boolean(above.flow);
  });
}

/** The text with the value at a path set; maps are merged key by key. Raises FileProblem. */
export function setIn(text: string, path: Path, value: unknown): string {
  const root = read(text);
  const node = nodeAt(root, path);
  if (node && JSON.stringify(node.toJS(root)) === JSON.stringify(value)) return text;
  if (!node || (isScalar(node) && node.value === null)) return add(text, root, path, value);
  if (isMap(node) && isPlain(value)) {
    let next = text;
    const old = node.toJS(root) as Record<string, unknown>;
    for (const [key, one] of Object.entries(value)) next = setIn(next, [...path, key], one);
    for (const key of Object.keys(old)) if (!(key in value)) next = removeIn(next, [...path, key]);
    return next;
  }
  const flow = inFlow(root, path);
  const [start, end] = [startOf(node), endOf(text, node)];
  const indent = lineAt(text, lineStart(text, start)).search(/\S|$/);
  if (isScalar(node) && !(typeof value === "object")) {
    const by = scalarText(value, node, flow, columnOf(text, start) === indent ? indent - 2 : indent);
    return replaced(text, start, end, by);
  }
  if (flow || !isMap(nodeAt(root, path.slice(0, -1)))) return replaced(text, start, end, flowText(value));
  return add(removeIn(text, path), read(removeIn(text, path)), path, value);
}

function add(text: string, root: Document.Parsed, path: Path, value: unknown): string {
  const key = String(path.at(-1));
  const above = path.slice(0, -1);
  const parent = above.length === 0 ? (root.contents as unknown as Node) : nodeAt(root, above);
  if (!parent) return add(text, root, above, { [key]: value });
  if (!isMap(parent)) {
    if (isScalar(parent) && parent.value === null) return fill(text, root, above, { [key]: value });
    throw new FileProblem(`${above.join("/")} is not a map`);
  }
  const pair = pairAt(parent, key);
  if (pair) return fill(text, root, path, value);
  const last = parent.items.at(-1) as Pair<Node, Node | null> | undefined;
  if (parent.flow || !last) {
    const end = last ? endOf(text, last.value ?? last.key) : startOf(parent) + 1;
    return replaced(text, end, end, `${last ? ", " : ""}${flowText({ [key]: value }).slice(1, -1)}`);
  }
  const indent = columnOf(text, startOf(last.key));
  const at = afterBlock(text, endOf(text, last.value ?? last.key), indent);
  const first = lineStart(text, startOf(last.key));
  const apart = parent.items.length > 1 && isBlank(text, lineBefore(text, leadOf(text, first, indent)));
  const lines = `${apart ? "\n" : ""}${blockText(key, value, indent, likeOf(parent))}\n`;
  const open = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  return replaced(text, at, at, open + lines);
}

/** The value of the last pair that has one, whose style a new one takes. */
function likeOf(parent: YAMLMap): unknown {
  const values = parent.items.map((item) => item.value);
  return values.findLast((value) => isMap(value) || isSeq(value));
}

/** Sets a key that stands there without a value. */
function fill(text: string, root: Document.Parsed, path: Path, value: unknown): string {
  const parent = path.length === 1 ? root.contents : nodeAt(root, path.slice(0, -1));
  const pair = isMap(parent) ? pairAt(parent, String(path.at(-1))) : undefined;
  if (!pair || !isMap(parent)) throw new FileProblem(`${path.join("/")} is not there`);
  const colon = text.indexOf(":", pair.key.range?.[1] ?? 0) + 1;
  const end = pair.value && isScalar(pair.value) ? Math.max(colon, endOf(text, pair.value)) : colon;
  if (parent.flow) return replaced(text, colon, end, ` ${flowText(value)}`);
  const indent = columnOf(text, startOf(pair.key));
  const made = blockText(String(path.at(-1)), value, indent, null);
  return replaced(text, colon, end, made.slice(made.indexOf(":") + 1));
}

export function pairAt(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  return map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) as
    | Pair<Node, Node | null>
    | undefined;
}

const lineBefore = (text: string, start: number): number => (start === 0 ? -1 : lineStart(text, start - 1));
const isBlank = (text: string, start: number): boolean => start >= 0 && lineAt(text, start).trim() === "";

/** Where a pair's lines begin (with the comments above it that belong to it) and end. */
export function linesOf(text: string, pair: Pair<Node, Node | null>): [number, number] {
  const indent = columnOf(text, startOf(pair.key));
  const start = leadOf(text, lineStart(text, startOf(pair.key)), indent);
  return [start, afterBlock(text, endOf(text, pair.value ?? pair.key), indent)];
}

/** The text without the pair at a path; a map that it leaves empty goes too, or is `{}` where `keep` says so. */
export function removeIn(text: string, path: Path, keep: (path: Path) => boolean = () => false): string {
  const root = read(text);
  const above = path.slice(0, -1);
  const parent = above.length === 0 ? (root.contents as unknown as Node) : nodeAt(root, above);
  const pair = isMap(parent) ? pairAt(parent, String(path.at(-1))) : undefined;
  if (!isMap(parent) || !pair) return text;
  const n = parent.items.indexOf(pair as never);
  if (parent.items.length === 1 && above.length > 0) {
    if (!keep(above)) return removeIn(text, above, keep);
    const [start, end] = [startOf(parent), endOf(text, parent)];
    const colon = text.lastIndexOf(":", start - 1) + 1;
    return parent.flow ? replaced(text, start, end, "{}") : replaced(text, colon, end, " {}");
  }
  const next = parent.items[n + 1] as Pair<Node, Node | null> | undefined;
  const before = parent.items[n - 1] as Pair<Node, Node | null> | undefined;
  const start = startOf(pair.key);
  if (parent.flow && !next && before)
    return replaced(text, endOf(text, before.value ?? before.key), endOf(text, pair.value ?? pair.key), "");
  const alone = text.slice(lineStart(text, start), start).trim() === "";
  if ((parent.flow || !alone) && next) return replaced(text, start, startOf(next.key), "");
  let [from, to] = linesOf(text, pair);
  const above1 = lineBefore(text, from);
  if (isBlank(text, above1) && (!next || isBlank(text, to))) from = above1;
  return replaced(text, from, to, "");
}
