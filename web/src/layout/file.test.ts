import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { readFile, setLayout, setValue } from "./file";
import { place, type Row, resize } from "./grid";
import { changes, diffLines } from "./lineDiff";
import { nudge, reorder } from "./moves";
import { FileProblem, removeIn, setIn } from "./splice";
import { VIEW_TYPES } from "./types";
import { begin, canRedo, canUndo, current, push, redo, undo } from "./undo";
import { addView, duplicate, removeUnused, removeView, setType, unusedBy } from "./views";

const GOLDEN = new URL("../../../tests/golden/dashboards/", import.meta.url);
const FLIGHTS = new URL("../../../packs/flights/dashboards/nyc-departures.yaml", import.meta.url);
const flights = readFileSync(FLIGHTS, "utf8");

const written = `# Delays, for the morning meeting
version: 1
title: 'Delays'   # shown at the top
connection: flights
queries:
  d: {sql: SELECT day, n, k FROM t}   # one row per day

insights:
  # Totals
  total: {query: d, props: {value: sum(n)}}

  by_day:
    query: d
    props:
      x: day      # the day
      y: "sum(n)"
    interactions:
      - sort: day
views:
  # The number everyone asks for
  total: {type: metric, title: Total, insight: total}

  trend:
    type: line
    title: "By day"  # keep short
    insight: by_day
    format: {y: ',.0f'}
    # brush: period

  note:
    type: text
    text: |
      Some **words**

      and more
layout:
  rows:
    # The top
    - height: sm   # low
      items:
        # first
        - {view: total, span: 4}  # left
        - view: note
          span: 8
    # The chart
    - items: [{view: trend}]
`;

const corpus = [
  ["written", written],
  ["flights", flights],
  ...readdirSync(GOLDEN)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name, readFileSync(new URL(name, GOLDEN), "utf8")]),
] as [string, string][];

const plain = (rows: readonly Row[]) => rows.map(({ height, items }) => ({ height, items }));
const changed = (a: string, b: string) => changes(diffLines(a, b));
const comments = (text: string) => (text.match(/(?<=^|\s)#.*$/gm) ?? []).sort();
const removedLines = (a: string, b: string) =>
  diffLines(a, b).flatMap((line) => (line.kind === "removed" ? [line.text.trim()] : []));

/** A busy machine takes long over texts that are read again after each edit. */
vi.setConfig({ testTimeout: 60_000 });

describe("a value", () => {
  test.each<[string, (string | number)[], unknown, string, string]>([
    ["plain", ["title"], "Late", "title: 'Delays'   # shown", "title: 'Late'   # shown"],
    ["quoted", ["views", "trend", "title"], 'A "b"', '"By day"  # keep', '"A \\"b\\""  # keep'],
    ["in braces", ["views", "total", "title"], "All, of it", "title: Total", 'title: "All, of it"'],
    ["in braces, new", ["views", "total", "unit"], "USD", "insight: total}", "insight: total, unit: USD}"],
    ["expression", ["insights", "by_day", "props", "y"], "max(n)", '"sum(n)"', '"max(n)"'],
    ["commented", ["insights", "by_day", "props", "x"], "k", "x: day      #", "x: k      #"],
    ["deep, new", ["views", "trend", "labels", "x"], "Day", "    # brush", "    # brush"],
  ])("%s is set in place", (_, path, value, old, now) => {
    const next = setValue(written, path, value);
    expect(path.reduce<unknown>((at, key) => (at as never)[key], readYaml(next))).toEqual(value);
    expect(changed(written, next)).toBeLessThanOrEqual(2);
    expect(next).toContain(now);
    expect(written).toContain(old);
    expect(comments(next)).toEqual(comments(written));
  });

  test("is added under the keys that are there and taken away again", () => {
    const next = setValue(written, ["views", "trend", "limit"], 10);
    expect(next).toContain("    format: {y: ',.0f'}\n    limit: 10\n    # brush: period\n");
    expect(setValue(next, ["views", "trend", "limit"], null)).toBe(written);
    expect(setValue(written, ["views", "trend", "format", "y"], null)).not.toContain("format");
  });

  test("of several lines stays a block", () => {
    const next = setValue(written, ["views", "note", "text"], "One\n\nTwo: #3\n");
    expect(next).toContain("    text: |\n      One\n\n      Two: #3\nlayout:");
    const short = setValue(written, ["views", "note", "text"], "Short");
    expect(short).toContain("    text: Short\nlayout:");
    expect(readFile(setValue(short, ["views", "note", "text"], "a\nb")).views.note?.text).toBe("a\nb");
    expect(setValue(next, ["views", "note", "text"], "Some **words**\n\nand more\n")).toBe(written);
  });

  test("that could be read as something else is quoted", () => {
    for (const value of [
      "%b %Y",
      "12",
      "true",
      "a: b",
      "# no",
      "",
      "- x",
      "[x]",
      ["$", "{ref(a).value}"].join(""),
      "\u202e<b>",
      "null",
      "'",
    ]) {
      for (const path of [
        ["title"],
        ["views", "total", "title"],
        ["insights", "total", "props", "value"],
        ["views", "trend", "format", "x"],
      ]) {
        const next = setValue(written, path, value);
        expect(path.reduce<unknown>((at, key) => (at as never)[key], readYaml(next))).toBe(value);
        expect(changed(written, next)).toBeLessThanOrEqual(2);
      }
    }
  });

  test("keeps the author's line ends", () => {
    const windows = written.replaceAll("\n", "\r\n");
    const next = setValue(windows, ["views", "trend", "limit"], 3);
    expect(next.replaceAll("\r\n", "")).not.toContain("\n");
    expect(changed(windows, next)).toBe(1);
  });

  test("a file that is not YAML is refused in words", () => {
    expect(() => readFile("a: [")).toThrow(FileProblem);
    expect(() => readFile("- a")).toThrow(FileProblem);
    expect(() => setIn("a: 1", ["a", "b"], 1)).toThrow(FileProblem);
    expect(setIn("a:\nb: 1\n", ["a", "c"], 1)).toBe("a: {c: 1}\nb: 1\n");
    expect(setIn("a: {}\n", ["a", "c"], "x")).toBe("a: {c: x}\n");
    expect(removeIn("a: 1\nb: 2", ["b"])).toBe("a: 1\n");
  });
});

describe("the layout", () => {
  test("spans and heights change one line each", () => {
    const file = readFile(written);
    const wide = setLayout(written, resize(file.rows, "total", 6, null));
    expect(wide).toContain("- {view: total, span: 6}  # left\n        - view: note\n          span: 6\n");
    expect(changed(written, wide)).toBe(4);
    const trend = setLayout(written, resize(file.rows, "trend", 8, 26));
    expect(trend).toContain("    - height: lg\n      items: [{view: trend, span: 8}]\n");
  });

  test("a row moves with its comments", () => {
    const { rows } = readFile(written);
    const next = setLayout(written, nudge(rows, "trend", "up"));
    expect(next).toContain(
      "rows:\n    # The chart\n    - items: [{view: trend}]\n    # The top\n    - height: sm   # low",
    );
    expect(comments(next)).toEqual(comments(written));
    expect(setLayout(next, nudge(readFile(next).rows, "trend", "down"))).toBe(written);
  });

  test("an item moves with its comments, between lines and brackets", () => {
    const { rows } = readFile(written);
    const next = setLayout(written, place(rows, "total", 0, 99));
    expect(comments(next)).toEqual(comments(written));
    expect(plain(readFile(next).rows).map((row) => row.items.map((item) => item.view))).toEqual([
      ["note"],
      ["trend"],
      ["total"],
    ]);
    const joined = setLayout(written, place(rows, "trend", 11, 5));
    expect(comments(joined)).toEqual(comments(written));
    expect(readFile(joined).rows).toHaveLength(1);
  });

  test("a new row is written as the others are", () => {
    const { rows } = readFile(flights);
    const next = setLayout(flights, nudge(rows, "origins", "down"));
    expect(next).toContain(
      "      items: [{view: carriers, span: 8}]\n    - height: md\n      items: [{view: origins, span: 4}]\n",
    );
    expect(changed(flights, next)).toBe(4);
  });
});

describe("views", () => {
  test("one is duplicated with its insight, both as they are written", () => {
    const { text, view } = duplicate(written, "trend");
    expect(view).toBe("trend_2");
    const file = readFile(text);
    expect(file.views.trend_2).toEqual({ ...file.views.trend, title: "By day (copy)", insight: "trend_2" });
    expect(file.insights.trend_2).toEqual(file.insights.by_day);
    expect(removedLines(written, text)).toEqual([]);
    expect(text.match(/# the day/g)).toHaveLength(2);
    expect(removeUnused(removeView(text, "trend_2"), unusedBy(file, "trend_2"))).toBe(written);
  });

  test("one is added with an insight of its own and removed again without a trace", () => {
    for (const [name, text] of corpus) {
      const query = Object.keys(readFile(text).queries)[0] ?? null;
      const props = { value: "count(*)" };
      const added = addView(text, { type: "metric", title: "How many?", query, props });
      const file = readFile(added.text);
      expect(file.views[added.view]?.title, name).toBe("How many?");
      if (query !== null)
        expect(file.insights[file.views[added.view]?.insight ?? ""]).toEqual({ query, props });
      const back = removeUnused(removeView(added.text, added.view), {
        ...unusedBy(file, added.view),
        queries: [],
      });
      expect(back, name).toBe(text);
    }
  });

  test("removing one tells what is not used any more", () => {
    const file = readFile(flights);
    expect(unusedBy(file, "hours")).toEqual({ insights: ["delay_by_hour"], traces: [], queries: ["hours"] });
    expect(unusedBy(file, "trend")).toEqual({ insights: ["delay_by_month"], traces: [], queries: [] });
    const next = removeUnused(removeView(flights, "hours"), unusedBy(file, "hours"));
    expect(diffLines(flights, next).some((line) => line.kind === "added")).toBe(false);
    expect(readFile(next).rows).toHaveLength(5);
  });

  test("all of them can go", () => {
    let text = written;
    for (const name of ["note", "total", "trend"]) text = removeView(text, name);
    expect(readFile(text)).toMatchObject({ views: {}, rows: [] });
    const again = addView(text, { type: "text", title: "Hello", query: null, props: {} });
    expect(readFile(again.text).rows).toEqual([
      { source: 0, height: "sm", items: [{ view: "hello", span: 12 }] },
    ]);
  });

  test("another type knows the props it needs and loses the keys it does not know", () => {
    for (const [name, text] of corpus.filter(([name]) =>
      ["written", "layout.yaml", "traces.yaml"].includes(name),
    ))
      for (const view of Object.keys(readFile(text).views).slice(0, 3))
        for (const type of VIEW_TYPES) {
          const next = setType(text, view, type, ["day"]);
          expect(readFile(next).views[view]?.type, name).toBe(type);
          expect(comments(next).length).toBeLessThanOrEqual(comments(text).length);
        }
    const pie = readFile(setType(flights, "origins", "pie"));
    expect(pie.insights.delay_by_origin?.props).toEqual({
      label: "origin",
      value: expect.stringContaining("sum("),
    });
    expect(pie.views.origins).not.toHaveProperty("brush");
    const metric = readFile(setType(flights, "trend", "metric"));
    expect(Object.keys(metric.insights.delay_by_month?.props ?? {})).toEqual(["value"]);
    expect(metric.insights.delay_by_month?.interactions).toHaveLength(3);
    expect(readFile(setType(flights, "trend", "bar")).insights).toEqual(readFile(flights).insights);
    expect(readFile(setType(flights, "hours", "text")).insights).not.toHaveProperty("delay_by_hour");
  });

  test("a shared insight is copied before it is changed for one view", () => {
    const golden = corpus.find(([name]) => name === "layout.yaml")?.[1] ?? "";
    const file = readFile(setType(golden, "a", "bar", ["n"]));
    expect(file.insights.total).toEqual(readFile(golden).insights.total);
    expect(file.views.a?.insight).toBe("a");
    expect(file.views.b?.insight).toBe("total");
  });
});

/** A small generator of numbers, the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("any layout is written as meant, keeps every comment, and touches nothing outside of the layout", () => {
  const roll = dice(11);
  for (const [name, text] of corpus)
    for (let round = 0; round < (name === "flights" ? 1 : 2); round++) {
      let now = text;
      for (let step = 0; step < 6; step++) {
        const { rows } = readFile(now);
        const views = rows.flatMap((row) => row.items.map((item) => item.view));
        const view = views[roll(views.length)] ?? "";
        const what = roll(4);
        const wanted =
          what === 0
            ? place(rows, view, roll(13), roll(120))
            : what === 1
              ? resize(rows, view, 1 + roll(12), 5 + roll(40))
              : what === 2
                ? reorder(rows, view, roll(2) === 0 ? 1 : -1)
                : nudge(rows, view, roll(2) === 0 ? "up" : "down");
        const next = setLayout(now, wanted);
        expect(plain(readFile(next).rows), `${name} ${step}\n${now}\n${next}`).toEqual(plain(wanted));
        expect(comments(next), name).toEqual(comments(now));
        const at = now.indexOf("layout:");
        expect(next.slice(0, at), name).toBe(now.slice(0, at));
        if (what === 1) expect(changed(now, next), name).toBeLessThanOrEqual(2 * (views.length + 1));
        now = next;
      }
    }
});

test("any edit of a value changes its line alone, and its inverse gives the same text", () => {
  for (const [name, text] of corpus) {
    const file = readFile(text);
    const edits: [(string | number)[], unknown][] = [[["title"], "Another: title"]];
    for (const [view, { title, unit }] of Object.entries(file.views)) {
      edits.push([["views", view, "title"], title === undefined ? null : "Changed"]);
      edits.push([["views", view, "unit"], unit === undefined ? "km" : "other"]);
      edits.push([["views", view, "labels", "zz"], "A label"]);
      edits.push([["views", view, "sort"], { by: "y", order: "ascending" }]);
    }
    for (const [insight, { props }] of Object.entries(file.insights)) {
      for (const prop of Object.keys(props ?? {}))
        edits.push([["insights", insight, "props", prop], "max(n) + 1"]);
      edits.push([["insights", insight, "props", "zz"], "count(*)"]);
      edits.push([["insights", insight, "limit"], 77]);
    }
    for (const [path, value] of edits.slice(0, 12)) {
      const old =
        path.reduce<unknown>(
          (at, key) => (at as Record<string, unknown> | undefined)?.[key],
          readYaml(text),
        ) ?? null;
      const next = setValue(text, path, value);
      expect(changed(text, next), `${name} ${path}`).toBeLessThanOrEqual(2 + String(old).split("\n").length);
      if (old === null || typeof old !== "object")
        expect(setValue(next, path, old), `${name} ${path}`).toBe(text);
    }
  }
});

test("undo and redo go through the texts; typing is one step", () => {
  let history = push(push(begin("a"), "ab", "title"), "abc", "title");
  expect(history.texts).toEqual(["a", "abc"]);
  history = push(history, "x");
  expect(current(undo(history))).toBe("abc");
  expect(current(undo(undo(undo(history))))).toBe("a");
  expect(canUndo(begin("a"))).toBe(false);
  const back = undo(history);
  expect(canRedo(back)).toBe(true);
  expect(current(redo(back))).toBe("x");
  expect(canRedo(push(back, "y"))).toBe(false);
  expect(push(history, "x")).toBe(history);
});

function readYaml(text: string): Record<string, unknown> {
  return readFile(text) as unknown as Record<string, unknown>;
}
