import { parseDocument } from "yaml";
import { quoted } from "../format/quoted";

type Dict = Record<string, unknown>;

const SECTIONS = {
  inputs: "input",
  queries: "query",
  insights: "insight",
  traces: "trace",
  views: "view",
} as const;

/** What changed between two dashboard files, in sentences without a full stop. */
export function summarise(before: string, after: string): string[] {
  if (before === after) return ["Nothing changed"];
  const [was, is] = [read(before), read(after)];
  if (!was || !is) return ["One of the two cannot be read as a dashboard file"];
  const told = [
    ...scalars(was, is),
    ...Object.entries(SECTIONS).flatMap(([section, word]) =>
      named(word, dict(was[section]), dict(is[section])),
    ),
    ...layout(was.layout, is.layout),
  ];
  return told.length === 0 ? ["Only comments or the way it is written changed"] : told;
}

function read(text: string): Dict | null {
  try {
    const document = parseDocument(text, { logLevel: "silent" });
    const data: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 });
    return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Dict) : null;
  } catch {
    return null;
  }
}

function scalars(was: Dict, is: Dict): string[] {
  const apart = new Set([...Object.keys(SECTIONS), "layout"]);
  return union(was, is)
    .filter((key) => !apart.has(key) && !same(was[key], is[key]))
    .map((key) => {
      if (!has(was, key)) return `${key} added`;
      if (!has(is, key)) return `${key} removed`;
      const [old, now] = [short(was[key]), short(is[key])];
      return old === null || now === null
        ? `${key} changed`
        : `${key} changed from ${quoted(old)} to ${quoted(now)}`;
    });
}

function named(word: string, was: Dict, is: Dict): string[] {
  const gone = Object.keys(was).filter((name) => !has(is, name));
  const come = Object.keys(is).filter((name) => !has(was, name));
  const told: string[] = [];
  for (const name of union(was, is).filter((one) => has(was, one) && has(is, one))) {
    const keys = changes(was[name], is[name]);
    if (keys.length > 0) told.push(`${word} ${name}: ${list(keys)}`);
  }
  for (const old of gone) {
    const now = come.findIndex((name) => same(was[old], is[name]));
    const [renamed] = now < 0 ? [] : come.splice(now, 1);
    told.push(renamed === undefined ? `${word} ${old} removed` : `${word} ${old} renamed ${renamed}`);
  }
  return [...told, ...come.map((name) => `${word} ${name} added`)];
}

/** The keys in which two values differ, maps one level down: `title changed`, `props.y added`. */
function changes(was: unknown, is: unknown, within = ""): string[] {
  const [old, now] = [dict(was), dict(is)];
  return union(old, now).flatMap((key) => {
    const [from, to] = [old[key], now[key]];
    if (same(from, to)) return [];
    const name = within + key;
    if (!has(old, key)) return [`${name} added`];
    if (!has(now, key)) return [`${name} removed`];
    return within === "" && isDict(from) && isDict(to) ? changes(from, to, `${key}.`) : [`${name} changed`];
  });
}

interface Spot {
  view: string;
  span: number;
  height: string;
}

function layout(was: unknown, is: unknown): string[] {
  if (same(was, is)) return [];
  const [old, now] = [spots(was), spots(is)];
  const told: string[] = [];
  const before = new Map(old.map((spot) => [spot.view, spot]));
  const shown = new Set(now.map((spot) => spot.view));
  for (const spot of now) {
    const from = before.get(spot.view);
    if (!from) told.push(`layout: ${spot.view} put on the page`);
    else if (from.span !== spot.span)
      told.push(
        `layout: ${spot.view} ${from.span < spot.span ? "wider" : "narrower"}, ${spot.span} of 12 columns`,
      );
    if (from && from.height !== spot.height) told.push(`layout: the row of ${spot.view} is ${spot.height}`);
  }
  for (const spot of old) if (!shown.has(spot.view)) told.push(`layout: ${spot.view} taken off the page`);
  const order = (all: Spot[], other: (view: string) => boolean) =>
    all.filter((spot) => other(spot.view)).map((spot) => spot.view);
  const kept = order(old, (view) => shown.has(view));
  if (
    !same(
      kept,
      order(now, (view) => before.has(view)),
    )
  )
    told.push("layout: views in another order");
  return told.length === 0 ? ["layout changed"] : told;
}

function spots(value: unknown): Spot[] {
  const rows = dict(value).rows;
  return (Array.isArray(rows) ? rows : []).flatMap((row: unknown) => {
    const { items, height } = dict(row);
    return (Array.isArray(items) ? items : []).map((item: unknown) => {
      const { view, span } = dict(item);
      return {
        view: String(view),
        span: typeof span === "number" ? span : 12,
        height: String(height ?? "md"),
      };
    });
  });
}

const isDict = (value: unknown): value is Dict =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const has = (value: Dict, key: string) => Object.hasOwn(value, key);
const dict = (value: unknown): Dict => (isDict(value) ? value : {});
const union = (one: Dict, other: Dict) => [...new Set([...Object.keys(one), ...Object.keys(other)])];

function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  if (isDict(one) && isDict(other)) {
    const keys = union(one, other);
    return keys.every((key) => has(one, key) && has(other, key) && same(one[key], other[key]));
  }
  return Object.is(one, other);
}

function short(value: unknown): string | null {
  const text = typeof value === "object" ? null : String(value);
  return text === null || text.length > 60 || text.includes("\n") ? null : text;
}

/** `a changed, b changed, c added` told as `a, b changed; c added`. */
function list(keys: string[]): string {
  const byWord = new Map<string, string[]>();
  for (const key of keys) {
    const at = key.lastIndexOf(" ");
    const word = key.slice(at + 1);
    byWord.set(word, [...(byWord.get(word) ?? []), key.slice(0, at)]);
  }
  return [...byWord].map(([word, names]) => `${names.join(", ")} ${word}`).join("; ");
}
