import type { InputSpec, InputState } from "../api/types";
import type { Chosen } from "../inputs/params";
import { compareTyped, type InputValue, isRange, type ParameterType, type Typed } from "./values";

export type Values = ReadonlyMap<string, InputValue>;
type Types = ReadonlyMap<string, ParameterType>;

const MAX_VALUES = 1000;
const MAX_CHARS = 1000;
const ESCAPED = /^=+(all|none)$/;
const ENDS: Record<string, 0 | 1> = { from: 0, min: 0, to: 1, max: 1 };

/**
 * The typed value of every input, as the server's `insights/inputs.py` reads the same query.
 *
 * `states` are those of an answer to this very query: they tell what the query itself leaves to the server. null:
 * something in it only the server understands (date words, another spelling of a number), or refuses.
 */
export function readInputs(
  specs: Record<string, InputSpec>,
  chosen: Chosen,
  types: Types,
  states: Record<string, InputState> = {},
): Values | null {
  const values = new Map<string, InputValue>();
  const texts = textsByInput(specs, chosen);
  if (texts === null) return null;
  for (const [name, spec] of Object.entries(specs)) {
    const type = inputType(name, spec, types);
    const given = texts.get(name);
    const read = given ? readTexts(spec.type, type, given) : readShown(spec, type, spec.resolved);
    const value = read ?? readShown(spec, type, states[name]?.value);
    if (value === null) return null;
    values.set(name, value);
  }
  return values;
}

function textsByInput(specs: Record<string, InputSpec>, chosen: Chosen): Map<string, string[]> | null {
  const texts = new Map<string, string[]>();
  for (const [key, given] of Object.entries(chosen)) {
    const [name, end] = parts(key);
    if (!Object.hasOwn(specs, name) || given.length === 0) return null;
    if (end === undefined) {
      texts.set(name, given);
      continue;
    }
    const place = Object.hasOwn(ENDS, end) ? ENDS[end] : undefined;
    const both = texts.get(name) ?? ["", ""];
    if (place === undefined || !isRange(specs[name]?.type ?? "") || name in chosen) return null;
    if (given.length !== 1 || both[place] !== "") return null;
    texts.set(
      name,
      place === 0 ? [given[0] as string, both[1] as string] : [both[0] as string, given[0] as string],
    );
  }
  return texts;
}

function parts(key: string): [string, string | undefined] {
  const dot = key.indexOf(".");
  return dot < 0 ? [key, undefined] : [key.slice(0, dot), key.slice(dot + 1)];
}

/** What the statements bind it as; else what the file says, as far as the page knows it. */
function inputType(name: string, spec: InputSpec, types: Types): ParameterType {
  const known = types.get(name);
  if (known) return known;
  if (spec.type === "date_range") return "date";
  if (spec.type === "toggle") return "boolean";
  if (typeof spec.value_type === "string") return spec.value_type as ParameterType;
  if (spec.type === "number_range") return "number";
  if (!Array.isArray(spec.options) || spec.type === "text") return "text";
  if (spec.options.every((option) => typeof option === "boolean")) return "boolean";
  if (spec.options.every((option) => Number.isInteger(option))) return "integer";
  return spec.options.every((option) => typeof option === "number") ? "number" : "text";
}

function readTexts(kind: string, type: ParameterType, texts: readonly string[]): InputValue | null {
  if (texts.length > MAX_VALUES || texts.some((text) => text.length > MAX_CHARS || text.includes("\0")))
    return null;
  if (isRange(kind)) return readRange(kind, type, texts);
  const [first] = texts as [string, ...string[]];
  if (kind === "text") return texts.length > 1 ? null : textValue(first);
  if (kind !== "toggle" && texts.length === 1 && (first === "all" || first === "none"))
    return { kind, type, items: [], everything: first === "all" };
  return listed(
    kind,
    type,
    texts.map((text) => readTyped(ESCAPED.test(text) ? text.slice(1) : text, type)),
  );
}

function textValue(text: string): InputValue {
  return { kind: "text", type: "text", items: text === "" ? [] : [text], everything: text === "" };
}

function listed(kind: string, type: ParameterType, items: readonly (Typed | null)[]): InputValue | null {
  if (items.includes(null) || (kind !== "multi_select" && items.length !== 1)) return null;
  const once = new Map<Typed | null, Typed | null>();
  for (const item of items) {
    const key = type === "decimal" ? leastDecimal(String(item)) : item;
    if (!once.has(key)) once.set(key, item);
  }
  return { kind, type, items: [...once.values()], everything: false };
}

function readRange(kind: string, type: ParameterType, texts: readonly string[]): InputValue | null {
  let ends = texts;
  if (ends.length === 1) {
    const [text] = ends as [string];
    if (text === "all" || text === "") return { kind, type, items: [], everything: true };
    const dots = text.indexOf("..");
    ends = dots < 0 ? [text, text] : [text.slice(0, dots), text.slice(dots + 2)];
  }
  if (ends.length !== 2) return null;
  const items = ends.map((text) => (text === "" ? null : readTyped(text, type)));
  if (items.some((item, index) => item === null && ends[index] !== "")) return null;
  return range(kind, type, items);
}

function range(kind: string, type: ParameterType, items: readonly (Typed | null)[]): InputValue | null {
  const [low = null, high = null] = items;
  if (low === null && high === null) return { kind, type, items: [], everything: true };
  if (low !== null && high !== null && compareTyped(low, high, type) > 0) return null;
  return { kind, type, items: [low, high], everything: false };
}

/** A value in its plain spelling; null for any other, which is the server's to read. */
function readTyped(text: string, type: ParameterType): Typed | null {
  switch (type) {
    case "text":
      return text;
    case "boolean":
      return /^(true|on|1|yes)$/i.test(text) ? true : /^(false|off|0|no)$/i.test(text) ? false : null;
    case "date":
      return isDay(text) ? text : null;
    case "integer":
      return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
        ? String(BigInt(text))
        : null;
    case "decimal":
      return /^-?\d{1,19}(\.\d{1,9})?$/.test(text) ? text.replace(/^(-?)0+(?=\d)/, "$1") : null;
    case "number": {
      const number = /^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(number) ? number : null;
    }
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith("0000")) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** One spelling for equal decimals. */
function leastDecimal(text: string): string {
  const least = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return least === "-0" ? "0" : least;
}

/** The value from what the server's `as_json` wrote of it. */
function readShown(spec: InputSpec, type: ParameterType, shown: unknown): InputValue | null {
  const kind = spec.type;
  if (shown === undefined || shown === null) return null;
  if (kind === "text") return typeof shown === "string" ? textValue(shown) : null;
  if (kind === "multi_select" && Array.isArray(shown))
    return listed(
      kind,
      type,
      shown.map((item) => reread(item, type)),
    );
  if (kind !== "toggle" && (shown === "all" || (shown === "none" && !isRange(kind)))) {
    // A default of `=all` is the value `all`, and reads the same here as no restriction.
    if (typeof spec.default === "string" && ESCAPED.test(spec.default)) return null;
    return { kind, type, items: [], everything: shown === "all" };
  }
  if (!isRange(kind)) return listed(kind, type, [reread(shown, type)]);
  return typeof shown === "object" ? shownRange(kind, type, shown as Record<string, unknown>) : null;
}

function shownRange(kind: string, type: ParameterType, shown: Record<string, unknown>): InputValue | null {
  const ends = (kind === "date_range" ? [shown.from, shown.to] : [shown.min, shown.max]).map(
    (end) => end ?? null,
  );
  const items = ends.map((end) => (end === null ? null : reread(end, type)));
  return items.some((item, index) => item === null && ends[index] !== null) ? null : range(kind, type, items);
}

function reread(value: unknown, type: ParameterType): Typed | null {
  if (type === "number" && typeof value === "number") return value;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? readTyped(String(value), type)
    : null;
}
