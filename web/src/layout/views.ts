import { isMap, type Node } from "yaml";
import {
  asMap,
  type DashboardFile,
  edited,
  freshSlug,
  isViews,
  type Keyed,
  readFile,
  setLayout,
} from "./file";
import { type Row, type Rows, without } from "./grid";
import { setRows } from "./rows";
import {
  columnOf,
  FileProblem,
  linesOf,
  nodeAt,
  type Path,
  pairAt,
  read,
  removeIn,
  replaced,
  setIn,
} from "./splice";
import { knows, renamed, type ViewType } from "./types";

/** Edits of whole views: each is a new text. */

const viewsOf = (file: DashboardFile, insight: string): string[] =>
  Object.entries(file.views).flatMap(([name, view]) => (view.insight === insight ? [name] : []));

/** The other views that draw a view's insight. */
export function sharers(file: DashboardFile, view: string): string[] {
  const insight = file.views[view]?.insight;
  return insight === undefined ? [] : viewsOf(file, insight).filter((name) => name !== view);
}

/** The pair at `path` written once more under another key, as the author wrote it, right after itself. */
function copied(text: string, path: Path, key: string): string {
  const root = read(text);
  const parent = nodeAt(root, path.slice(0, -1));
  const pair = isMap(parent) ? pairAt(parent, String(path.at(-1))) : undefined;
  if (!isMap(parent) || !pair) throw new FileProblem(`${path.join("/")} is not there`);
  const [start, end] = [pair.key.range?.[0] ?? 0, pair.key.range?.[1] ?? 0];
  if (parent.flow) {
    const stop = (pair.value as Node).range?.[1] ?? end;
    return replaced(text, stop, stop, `, ${key}${text.slice(end, stop)}`);
  }
  const [, to] = linesOf(text, pair);
  const own = " ".repeat(columnOf(text, start)) + key + text.slice(end, to);
  return replaced(text, to, to, text[to - 1] === "\n" ? own : `\n${own}`);
}

/** The text in which a view draws an insight of its own, and that insight's name. */
export function ownInsight(text: string, view: string): { text: string; insight: string | null } {
  const file = readFile(text);
  const insight = file.views[view]?.insight;
  if (insight === undefined || !(insight in file.insights)) return { text, insight: null };
  if (sharers(file, view).length === 0) return { text, insight };
  const name = freshSlug(view, file.insights);
  const next = copied(text, ["insights", insight], name);
  return { text: setIn(next, ["views", view, "insight"], name), insight: name };
}

export interface Added {
  text: string;
  view: string;
}

/** A copy of a view with a copy of its insight, beside it where there is room, else in a row below. */
export function duplicate(text: string, view: string): Added {
  let name = "";
  const next = edited(text, (text) => {
    const file = readFile(text);
    name = freshSlug(view.replace(/_\d+$/, ""), file.views);
    const title = file.views[view]?.title;
    let made = copied(text, ["views", view], name);
    if (title !== undefined) made = setIn(made, ["views", name, "title"], `${title.slice(0, 190)} (copy)`);
    made = ownInsight(made, name).text;
    return setRows(made, beside(file.rows, view, name));
  });
  return { text: next, view: name };
}

function beside(rows: Rows, view: string, copy: string): Row[] {
  const found = rows.flatMap((row) => {
    const item = row.items.find((one) => one.view === view);
    if (!item) return [row];
    const sum = row.items.reduce((all, one) => all + one.span, 0);
    if (sum + item.span <= 12)
      return [
        { ...row, items: row.items.flatMap((one) => (one === item ? [one, { ...one, view: copy }] : [one])) },
      ];
    return [row, { source: null, height: row.height, items: [{ view: copy, span: item.span }] }];
  });
  if (found.some((row) => row.items.some((item) => item.view === copy))) return found;
  return [...found, { source: null, height: "md", items: [{ view: copy, span: 12 }] }];
}

export interface NewView {
  type: ViewType;
  title: string;
  /** The query a new insight is computed from; null for a text. */
  query: string | null;
  props: Keyed<string>;
  columns?: Keyed<string>;
}

/** A new view at the end of the page, with an insight of its own. */
export function addView(text: string, wanted: NewView): Added {
  let view = "";
  const next = edited(text, (text) => {
    const file = readFile(text);
    view = freshSlug(wanted.title, file.views);
    const { type, title } = wanted;
    if (wanted.query === null) {
      const made = setIn(text, ["views", view], { type, title, text: "Write **Markdown** here." });
      return setRows(made, placed(file.rows, view, type));
    }
    const insight = freshSlug(view, file.insights);
    const columns =
      wanted.columns && Object.keys(wanted.columns).length > 0 ? { columns: wanted.columns } : {};
    const props = Object.keys(wanted.props).length > 0 ? { props: wanted.props } : {};
    const made = setIn(text, ["insights", insight], { query: wanted.query, ...props, ...columns });
    return setRows(setIn(made, ["views", view], { type, title, insight }), placed(file.rows, view, type));
  });
  return { text: next, view };
}

/** Places a view that is in the file but not on the page. */
export function placeView(text: string, view: string): string {
  const file = readFile(text);
  return setLayout(text, placed(file.rows, view, file.views[view]?.type ?? "line"));
}

function placed(rows: Rows, view: string, type: string): Row[] {
  const span = type === "metric" ? 4 : type === "text" || type === "table" ? 12 : 6;
  const last = rows.at(-1);
  const free = last ? 12 - last.items.reduce((sum, item) => sum + item.span, 0) : 0;
  if (last && free >= span)
    return [...rows.slice(0, -1), { ...last, items: [...last.items, { view, span }] }];
  const height = type === "metric" || type === "text" ? "sm" : "md";
  return [...rows, { source: null, height, items: [{ view, span }] }];
}

/** A view of another type: keys that it does not know go, props get the names it knows. */
export function setType(text: string, view: string, type: ViewType, columns: readonly string[] = []): string {
  return edited(text, (text) => {
    const file = readFile(text);
    const was = file.views[view];
    if (!was || was.type === type) return text;
    let next = text;
    for (const key of Object.keys(was))
      if (key !== "type" && !knows(type, key)) next = removeIn(next, ["views", view, key]);
    if (type === "text") {
      if (was.text === undefined) next = setIn(next, ["views", view, "text"], was.title ?? "Text");
      next = setIn(next, ["views", view, "type"], type);
      return removeUnused(next, unusedBy(file, view));
    }
    next = setIn(next, ["views", view, "type"], type);
    if (was.type === "text") return next;
    return withProps(next, view, type, columns);
  });
}

/** Fits the insight's props to the view's new type; an insight that others draw too is copied first. */
function withProps(text: string, view: string, type: ViewType, columns: readonly string[]): string {
  const file = readFile(text);
  const insight = file.insights[file.views[view]?.insight ?? ""];
  if (!insight) return text;
  const props = insight.props ?? {};
  const wanted =
    type === "table"
      ? props
      : renamed(Object.keys(props).length > 0 ? props : (insight.columns ?? {}), type, columns[0] ?? null);
  if (JSON.stringify(wanted) === JSON.stringify(props)) return text;
  const own = ownInsight(text, view);
  if (own.insight === null) return text;
  let next = setIn(own.text, ["insights", own.insight, "props"], wanted);
  if (type === "metric") next = removeIn(next, ["insights", own.insight, "columns"]);
  if (type === "metric" && insight.interactions) {
    const filters = insight.interactions.filter((one) => "filter" in one);
    const path = ["insights", own.insight, "interactions"];
    if (filters.length === 0) next = removeIn(next, path);
    else if (filters.length < insight.interactions.length) next = setIn(next, path, filters);
  }
  const known = new Set([
    ...Object.keys(wanted),
    ...Object.keys(type === "metric" ? {} : (insight.columns ?? {})),
  ]);
  for (const group of ["format", "labels", "kinds"])
    for (const key of Object.keys(asMap(readFile(next).views[view]?.[group])))
      if (!known.has(key)) next = removeIn(next, ["views", view, group, key]);
  const sort = asMap(readFile(next).views[view]?.sort) as Keyed<unknown>;
  return sort.by !== undefined && !known.has(String(sort.by))
    ? removeIn(next, ["views", view, "sort"])
    : next;
}

export interface Unused {
  insights: string[];
  traces: string[];
  queries: string[];
}

/** What only this view uses. */
export function unusedBy(file: DashboardFile, view: string): Unused {
  const { insight, trace } = file.views[view] ?? { type: "" };
  const rest = Object.entries(file.views).flatMap(([name, one]) => (name === view ? [] : [one]));
  const mine = (name: string | undefined, known: Keyed<unknown>, key: "insight" | "trace"): string[] =>
    name !== undefined && name in known && !rest.some((one) => one[key] === name) ? [name] : [];
  const insights = mine(insight, file.insights, "insight");
  const traces = mine(trace, file.traces, "trace");
  const asked = (one: { query?: string } | undefined) => (one?.query === undefined ? [] : [one.query]);
  const freed = new Set([
    ...insights.flatMap((name) => asked(file.insights[name])),
    ...traces.flatMap((name) => asked(file.traces[name])),
  ]);
  const still = new Set([
    ...Object.entries(file.insights).flatMap(([name, one]) => (insights.includes(name) ? [] : asked(one))),
    ...Object.entries(file.traces).flatMap(([name, one]) => (traces.includes(name) ? [] : asked(one))),
    ...Object.values(file.inputs).flatMap((one) => asked(asMap(one.options) as { query?: string })),
  ]);
  return { insights, traces, queries: [...freed].filter((name) => name in file.queries && !still.has(name)) };
}

export function removeUnused(text: string, unused: Unused): string {
  return edited(text, (text) => {
    let next = text;
    for (const [kind, names] of Object.entries(unused) as [keyof Unused, string[]][])
      for (const name of names) next = removeIn(next, [kind, name]);
    return next;
  });
}

/** The text without a view; what it alone used stays. */
export function removeView(text: string, view: string): string {
  return edited(text, (text) => {
    const rows = without(readFile(text).rows, view);
    const next = rows.length === 0 ? setIn(text, ["layout", "rows"], []) : setRows(text, rows);
    return removeIn(next, ["views", view], isViews);
  });
}
