/** A safe subset of Markdown as a tree: no HTML, no images, links to http(s) and to this site only. */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em"; children: Inline[] }
  | { kind: "link"; href: string; children: Inline[] };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string };

const MAX_DEPTH = 4;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at++;
    } else if (/^```/.test(line)) {
      const end = lines.findIndex((it, index) => index > at && /^```\s*$/.test(it));
      const stop = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, stop).join("\n") });
      at = stop + 1;
    } else {
      at = readBlock(lines, at, blocks);
    }
  }
  return blocks;
}

const HEADING = /^(#{1,4})\s+(.*)$/;
const ITEM = /^\s{0,3}(?:([-*+])|(\d{1,3})[.)])\s+(.*)$/;

function readBlock(lines: string[], start: number, blocks: Block[]): number {
  const heading = HEADING.exec(lines[start] ?? "");
  if (heading) {
    blocks.push({
      kind: "heading",
      level: (heading[1] ?? "#").length,
      children: parseInline(heading[2] ?? ""),
    });
    return start + 1;
  }
  const first = ITEM.exec(lines[start] ?? "");
  if (first) return readList(lines, start, first[2] !== undefined, blocks);
  let at = start;
  const text: string[] = [];
  while (at < lines.length && !isBreak(lines[at] ?? "")) text.push((lines[at++] ?? "").trim());
  blocks.push({ kind: "paragraph", children: parseInline(text.join("\n")) });
  return at;
}

function readList(lines: string[], start: number, ordered: boolean, blocks: Block[]): number {
  const items: string[] = [];
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const item = ITEM.exec(line);
    if (item) {
      if ((item[2] !== undefined) !== ordered) break;
      items.push(item[3] ?? "");
    } else if (/^\s{2,}\S/.test(line)) items[items.length - 1] += ` ${line.trim()}`;
    else break;
  }
  blocks.push({ kind: "list", ordered, items: items.map((item) => parseInline(item)) });
  return at;
}

function isBreak(line: string): boolean {
  return line.trim() === "" || HEADING.test(line) || ITEM.test(line) || /^```/.test(line);
}

const SPAN = /`([^`\n]+)`|\*\*([^\n]+?)\*\*|(?<![*\w])\*([^*\s][^*\n]*?)\*(?!\w)|\[([^\]\n]+)\]\(([^)\s]+)\)/;

export function parseInline(source: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let rest = source;
  while (rest !== "") {
    const match = depth < MAX_DEPTH ? SPAN.exec(rest) : null;
    if (!match) break;
    if (match.index > 0) out.push({ kind: "text", text: rest.slice(0, match.index) });
    out.push(span(match, depth));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") out.push({ kind: "text", text: rest });
  return out;
}

function span(match: RegExpExecArray, depth: number): Inline {
  const [whole, code, strong, em, label, href] = match;
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", children: parseInline(strong, depth + 1) };
  if (em !== undefined) return { kind: "em", children: parseInline(em, depth + 1) };
  if (href !== undefined && isSafeLink(href))
    return { kind: "link", href, children: parseInline(label ?? "", depth + 1) };
  return { kind: "text", text: whole };
}

/** The tree with each of its texts changed: what comes in that way stays text, whatever it looks like. */
export function mapTexts(blocks: Block[], change: (text: string) => string): Block[] {
  const inline = (children: Inline[]): Inline[] =>
    children.map((child) =>
      "text" in child
        ? { ...child, text: change(child.text) }
        : { ...child, children: inline(child.children) },
    );
  return blocks.map((block) => {
    if (block.kind === "code") return { ...block, text: change(block.text) };
    if (block.kind === "list") return { ...block, items: block.items.map(inline) };
    return { ...block, children: inline(block.children) };
  });
}

export function isSafeLink(href: string): boolean {
  return /^https?:\/\//i.test(href) || /^\/(?![/\\])/.test(href);
}
