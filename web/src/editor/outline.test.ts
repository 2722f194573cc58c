import { describe, expect, it } from "vitest";
import { Outline, placeAt } from "./outline";

/** The place of the bar in a text. */
function at(text: string) {
  const offset = text.indexOf("¦");
  const { path, kind, typed } = placeAt(text.replace("¦", ""), offset);
  return `${kind} ${path.join("/")} ${typed}`.trimEnd();
}

describe("placeAt", () => {
  it("knows the map a key is written in by its indentation", () => {
    expect(at("ti¦")).toBe("key  ti");
    expect(at("views:\n  trend:\n    ty¦")).toBe("key views/trend ty");
    expect(at("views:\n  trend:\n    type: line\n  ¦")).toBe("key views");
    expect(at("views:\n  trend:\n    type: line\n¦")).toBe("key");
    expect(at("views:\n  trend:\n    type: line\n\n    # a note\n    ¦")).toBe("key views/trend");
  });

  it("knows what a value is given to", () => {
    expect(at("views:\n  trend:\n    type: li¦")).toBe("value views/trend/type li");
    expect(at('"a b":\n  c: "x ¦')).toBe('value a b/c "x');
    expect(at("a: ¦\nb: 2")).toBe("value a");
    expect(at("a:¦")).toBe("none");
  });

  it("counts the items of lists, at the key's indentation too", () => {
    const rows = "layout:\n  rows:\n    - height: md\n      items:\n      - {view: a}\n      - {view: b, sp¦";
    expect(at(rows)).toBe("key layout/rows/0/items/1 sp");
    expect(at("rows:\n- a: 1\n- b: ¦")).toBe("value rows/1/b");
    expect(at("rows:\n- a: 1\n  ¦")).toBe("key rows/0");
    expect(at("rows:\n- x\n- y¦")).toBe("key rows/1 y");
    expect(at("- - a: ¦")).toBe("value 0/0/a");
  });

  it("reads flow collections as far as they are written, over lines too", () => {
    expect(at("inputs:\n  a: {type: sel¦")).toBe("value inputs/a/type sel");
    expect(at("inputs:\n  a: {type: select, options: {query: q, ¦")).toBe("key inputs/a/options");
    expect(at("inputs:\n  a: {type: select, options: [x, ¦")).toBe("value inputs/a/options/1");
    expect(at("inputs:\n  a: {type: select,\n    def¦")).toBe("key inputs/a def");
    expect(at("x: {a: 'it, {is}', b: ¦")).toBe("value x/b");
    expect(at("x: {a: 1}¦")).toBe("none x");
  });

  it("leaves block scalars and comments alone", () => {
    expect(at("queries:\n  q:\n    sql: |\n      SELECT a: ¦")).toBe("text queries/q/sql SELECT a:");
    expect(at("queries:\n  q:\n    sql: |\n      SELECT 1\n    ca¦")).toBe("key queries/q ca");
    expect(at("queries:\n  q:\n    sql: |\n      views:\n        a:\n\n  ¦")).toBe("key queries");
    expect(at("# views: ¦")).toBe("none");
    expect(at("a: 1 # b¦")).toBe("none");
  });
});

describe("Outline", () => {
  const outline = new Outline(
    [
      "version: 1",
      "inputs:",
      "  carrier: {type: multi_select, options: {query: carriers, column: carrier}} # note",
      "  period:",
      "    type: date_range # a note",
      "queries:",
      "  departures:",
      "    sql: |",
      "      SELECT x:",
      "      FROM y",
      "layout:",
      "  rows:",
      "    - {height: md, items: [{view: trend, span: 12}]}",
    ].join("\r\n"),
  );

  it("holds keys and scalars by path", () => {
    expect(outline.keys()).toEqual(["version", "inputs", "queries", "layout"]);
    expect(outline.keys("inputs")).toEqual(["carrier", "period"]);
    expect(outline.value("inputs", "carrier", "type")).toBe("multi_select");
    expect(outline.value("inputs", "carrier", "options", "query")).toBe("carriers");
    expect(outline.value("inputs", "period", "type")).toBe("date_range");
    expect(outline.keys("queries", "departures")).toEqual(["sql"]);
    expect(outline.value("layout", "rows", "0", "items", "0", "view")).toBe("trend");
  });

  it("tells the line of a pointer, or of what stands above it", () => {
    expect(outline.lineOf("/inputs/period/type")).toBe(4);
    expect(outline.lineOf("/queries/departures/nothing/here")).toBe(6);
    expect(outline.lineOf("/nowhere")).toBeNull();
  });

  it("survives any cut of a file", () => {
    const text = "a: {b: [1, {c: 'd'}], \"e\": f}\nx:\n  - - y: |\n      t\n  - z: {\n";
    for (let end = 0; end <= text.length; end++) {
      expect(() => new Outline(text.slice(0, end))).not.toThrow();
      expect(() => placeAt(text, end)).not.toThrow();
    }
  });
});
