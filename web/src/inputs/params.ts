import type { InputSpec } from "../api/types";

/** The chosen inputs in a URL: name -> its values, as `input.NAME=VALUE` repeated. */
export type Chosen = Record<string, string[]>;

const PREFIX = "input.";

export function readChosen(query: URLSearchParams): Chosen {
  const chosen: Chosen = {};
  for (const [key, value] of query) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    chosen[name] = [...(chosen[name] ?? []), value];
  }
  return chosen;
}

/** The same query with one input chosen anew; null goes back to its default. */
export function withChosen(query: URLSearchParams, name: string, values: string[] | null): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete(PREFIX + name);
  for (const value of values ?? []) next.append(PREFIX + name, value);
  return next;
}

export function chosenQuery(chosen: Chosen): string {
  const query = new URLSearchParams();
  for (const name of Object.keys(chosen).sort())
    for (const value of chosen[name] ?? []) query.append(PREFIX + name, value);
  return query.toString();
}

export interface Option {
  value: string;
  label: string;
}

export function readOptions(options: readonly unknown[] | null | undefined): Option[] {
  return (options ?? []).map((option) => {
    if (typeof option === "object" && option !== null && "value" in option) {
      const { value, label } = option as { value: unknown; label?: unknown };
      return {
        value: String(value),
        label: label === null || label === undefined ? String(value) : String(label),
      };
    }
    return { value: String(option), label: String(option) };
  });
}

export interface Range {
  from: string;
  to: string;
}

/** The two ends of a range input's value; an open end is "". */
export function readRange(value: unknown): Range {
  if (typeof value !== "object" || value === null) return { from: "", to: "" };
  const ends = value as Record<string, unknown>;
  const end = (one: unknown, other: unknown) => String(one ?? other ?? "");
  return { from: end(ends.from, ends.min), to: end(ends.to, ends.max) };
}

export function writeRange({ from, to }: Range): string[] {
  return from === "" && to === "" ? ["all"] : [`${from}..${to}`];
}

/** What a multi-select's value means: everything, or these. */
export function readSelection(value: unknown): "all" | string[] {
  if (Array.isArray(value)) return value.map(String);
  if (value === "all" || value === null || value === undefined) return "all";
  return value === "none" ? [] : [String(value)];
}

export function writeSelection(selection: "all" | string[]): string[] {
  if (selection === "all") return ["all"];
  return selection.length === 0 ? ["none"] : selection.map(escapeWord);
}

/** What a control shows: the viewer's choice at once, else the value that the server answered with. */
export function shownValue(kind: string, written: string[] | undefined, answered: unknown): unknown {
  if (written === undefined) return answered;
  const [first = ""] = written;
  if (kind === "toggle") return /^(true|on|1|yes)$/i.test(first);
  if (kind === "text") return first;
  if (kind === "date_range" || kind === "number_range") return readSpan(kind, written) ?? answered;
  if (written.length === 1 && (first === "all" || first === "none")) return first;
  const values = written.map((value) => (/^=+(all|none)$/.test(value) ? value.slice(1) : value));
  return kind === "select" ? values[0] : values;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A range as it is written; null for words that only the server can tell, such as `last 90 days`. */
function readSpan(kind: "date_range" | "number_range", written: string[]): unknown {
  const [first = "", last = first] = written.length === 1 ? (written[0] ?? "").split("..") : written;
  if (written.length === 1 && (first === "all" || first === "") && last === first) return "all";
  const form = kind === "date_range" ? DAY : NUMBER;
  const ends = [first.trim(), last.trim()];
  if (written.length > 2 || !ends.every((end) => end === "" || form.test(end))) return null;
  const [from, to] = ends.map((end) => (end === "" ? null : end));
  return kind === "date_range" ? { from, to } : { min: from, max: to };
}

/** A value that happens to read `all` or `none` is written `=all`, `=none`. */
export function escapeWord(value: string): string {
  return /^=*(all|none)$/.test(value) ? `=${value}` : value;
}

export function labelOf(name: string, spec: InputSpec): string {
  return spec.label || name.replaceAll("_", " ");
}
