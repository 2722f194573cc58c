/** What stands in a dashboard file and where, told from its indentation, so that a file in the making can be read. */

export interface Entry {
  path: string[];
  /** The scalar beside the key or in the list item; null where something nested follows. */
  value: string | null;
  /** 0-based. */
  line: number;
}

/** Where a cursor stands. */
export interface Place {
  /** Of the map that the key belongs to, or of what the value is given to. */
  path: string[];
  kind: "key" | "value" | "text" | "none";
  /** What is written of it before the cursor. */
  typed: string;
  /** Where a key begins in its line: what is nested under it stands deeper. */
  column: number;
  inFlow: boolean;
}

interface Frame {
  column: number;
  part: string;
  isList: boolean;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'#[\]{},|>&*!%@`][^:]*?|[^\s"'#[\]{},:][^:]*?)\s*:(?:\s+|$)/;
const DASH = /^-(?:\s+|$)/;

/** Walks a file line by line and knows under which keys it stands. */
class Walk {
  readonly entries: Entry[] = [];
  private frames: Frame[] = [];
  private block: number | null = null;
  private flow: { base: string[]; text: string; column: number } | null = null;
  private number = 0;

  private get path(): string[] {
    return this.frames.map((frame) => frame.part);
  }

  line(raw: string): void {
    this.read(raw);
    this.number++;
  }

  private read(raw: string): void {
    if (this.flow) {
      this.goOn(`\n${raw}`);
      return;
    }
    const column = raw.search(/\S|$/);
    if (this.isBlock(raw, column)) return;
    this.block = null;
    if (/^\s*(#|$)/.test(raw)) return;
    if (/^(---|\.\.\.)(\s|$)/.test(raw)) {
      this.frames = [];
      return;
    }
    const at = this.enter(raw, column);
    const rest = raw.slice(at);
    const key = KEY.exec(rest);
    const value = (key ? rest.slice(key[0].length) : rest).trimEnd();
    if (key) this.key(at, bare(key[1] ?? ""));
    else if (!this.frames.at(-1)?.isList) return;
    if (/^[|>]/.test(value)) this.block = this.frames.at(-1)?.column ?? 0;
    if (/^[{[]/.test(value)) {
      this.tell(null);
      this.flow = { base: this.path, text: "", column: at };
      this.goOn(value);
    } else this.tell(/^([|>&*!#]|$)/.test(value) ? null : bare(value.replace(/\s#.*$/, "")));
  }

  private isBlock(raw: string, column: number): boolean {
    return this.block !== null && (raw.trim() === "" || column > this.block);
  }

  private tell(value: string | null): void {
    this.entries.push({ path: this.path, value, line: this.number });
  }

  private goOn(text: string): void {
    if (!this.flow) return;
    this.flow.text += text;
    const found = readFlow(this.flow.text);
    if (!found.closed) return;
    for (const { path, value } of found.entries)
      this.entries.push({ path: [...this.flow.base, ...path], value, line: this.number });
    this.flow = null;
  }

  /** Goes into the list items that a line begins; the column of what follows. */
  private enter(raw: string, column: number): number {
    let at = column;
    for (let dash = DASH.exec(raw.slice(at)); dash; dash = DASH.exec(raw.slice(at))) {
      while ((this.frames.at(-1)?.column ?? -1) > at) this.frames.pop();
      const last = this.frames.at(-1);
      if (last?.isList && last.column === at) last.part = String(Number(last.part) + 1);
      else this.frames.push({ column: at, part: "0", isList: true });
      at += dash[0].length;
    }
    return at;
  }

  private leave(column: number): void {
    while ((this.frames.at(-1)?.column ?? -1) >= column) this.frames.pop();
  }

  private key(column: number, part: string): void {
    this.leave(column);
    this.frames.push({ column, part, isList: false });
  }

  /** Where the end of `head`, the part of a line before the cursor, stands. */
  place(head: string): Place {
    if (this.flow) return flowPlace(this.flow.base, `${this.flow.text}\n${head}`, this.flow.column);
    const column = head.search(/\S|$/);
    const none: Place = { path: this.path, kind: "none", typed: "", column, inFlow: false };
    const blank = head.trim() === "";
    if (this.block !== null && column > this.block) return { ...none, kind: "text", typed: head.trimStart() };
    if (!blank && /(^|\s)#/.test(head) && !/["']/.test(head)) return none;
    const at = this.enter(head, column);
    const rest = head.slice(at);
    const key = KEY.exec(rest);
    if (!key) {
      if (/^[{[]/.test(rest)) return flowPlace(this.path, rest, at);
      if (rest.endsWith(":")) return none;
      this.leave(at);
      return { ...none, path: this.path, kind: "key", typed: rest, column: at };
    }
    this.key(at, bare(key[1] ?? ""));
    const value = rest.slice(key[0].length);
    if (rest.endsWith(":") || /^[|>&*!]/.test(value)) return none;
    if (/^[{[]/.test(value)) return flowPlace(this.path, value, at);
    return { path: this.path, kind: "value", typed: value, column: at, inFlow: false };
  }
}

interface Bracket {
  isList: boolean;
  index: number;
  key: string | null;
}

interface Flow {
  entries: { path: string[]; value: string | null }[];
  path: string[];
  wantsKey: boolean;
  token: string;
  closed: boolean;
}

/** Reads `{a: 1, b: [x, y]}` as far as it is written. */
function readFlow(text: string): Flow {
  const entries: Flow["entries"] = [];
  const open: Bracket[] = [];
  let token = "";
  let quote = "";
  const path = () => open.flatMap(({ isList, index, key }) => (isList ? [String(index)] : key ? [key] : []));
  const settle = () => {
    const word = bare(token.trim());
    const top = open.at(-1);
    if (top && word !== "" && (top.isList || top.key !== null)) entries.push({ path: path(), value: word });
    token = "";
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    const top = open.at(-1);
    if (quote !== "") {
      token += sign;
      if (sign === "\\" && quote === '"') token += text[++at] ?? "";
      else if (sign === quote) quote = "";
    } else if (token.trim() === "" && (sign === '"' || sign === "'")) {
      quote = sign;
      token = sign;
    } else if (token.trim() === "" && (sign === "{" || sign === "[")) {
      if (top) entries.push({ path: path(), value: null });
      open.push({ isList: sign === "[", index: 0, key: null });
      token = "";
    } else if (sign === "," || sign === "}" || sign === "]") {
      settle();
      if (sign !== ",") {
        open.pop();
        if (open.length === 0) return { entries, path: [], wantsKey: false, token: "", closed: true };
      } else if (top) {
        top.index++;
        top.key = null;
      }
    } else if (sign === ":" && top && !top.isList && top.key === null && /^(\s|$)/.test(text.slice(at + 1))) {
      top.key = bare(token.trim());
      token = "";
    } else token += sign;
  }
  const top = open.at(-1);
  const wantsKey = top !== undefined && !top.isList && top.key === null;
  return { entries, path: path(), wantsKey, token: token.trimStart(), closed: false };
}

function flowPlace(base: string[], text: string, column: number): Place {
  const { path, wantsKey, token, closed } = readFlow(text);
  if (closed) return { path: base, kind: "none", typed: "", column, inFlow: true };
  return { path: [...base, ...path], kind: wantsKey ? "key" : "value", typed: token, column, inFlow: true };
}

function bare(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted ? (quoted[2] ?? "") : text.trim();
}

export function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split(/\r\n?|\n/);
  const head = lines.pop() ?? "";
  const walk = new Walk();
  for (const line of lines) walk.line(line);
  return walk.place(head);
}

/** The keys and values of a file by their paths. */
export class Outline {
  private readonly byPath = new Map<string, Entry>();
  private readonly below = new Map<string, string[]>();

  constructor(text: string) {
    const walk = new Walk();
    for (const line of text.split(/\r\n?|\n/)) walk.line(line);
    for (const entry of walk.entries) this.add(entry);
  }

  private add(entry: Entry): void {
    const id = pointer(entry.path);
    if (this.byPath.has(id)) return;
    this.byPath.set(id, entry);
    const parent = pointer(entry.path.slice(0, -1));
    this.below.set(parent, [...(this.below.get(parent) ?? []), entry.path.at(-1) ?? ""]);
  }

  keys(...path: string[]): string[] {
    return this.below.get(pointer(path)) ?? [];
  }

  value(...path: string[]): string | null {
    return this.byPath.get(pointer(path))?.value ?? null;
  }

  /** The 0-based line of what stands at a JSON pointer, or of the nearest thing above it. */
  lineOf(at: string): number | null {
    for (let path = at; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
      const found = this.byPath.get(path);
      if (found) return found.line;
    }
    return null;
  }
}

const pointer = (path: string[]) => path.map((part) => `/${part}`).join("");
