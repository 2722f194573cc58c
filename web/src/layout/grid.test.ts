import { describe, expect, test } from "vitest";
import {
  COLUMNS,
  heightOf,
  pixels,
  place,
  type Row,
  type Rows,
  resize,
  stepHeight,
  toCells,
  units,
  used,
  without,
} from "./grid";
import { type Direction, nudge, reorder } from "./moves";

function rows(...lists: string[]): Row[] {
  return lists.map((list, source) => ({
    source,
    height: "md" as const,
    items: list.split(" ").map((one) => {
      const [view = "", span = "12"] = one.split(":");
      return { view, span: Number(span) };
    }),
  }));
}
const shown = (found: Rows) =>
  found.map((row) => row.items.map((item) => `${item.view}:${item.span}`).join(" "));

/** A small generator of numbers, the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function check(found: Rows, names: string[]): void {
  expect(found.flatMap((row) => row.items.map((item) => item.view)).sort()).toEqual(names);
  for (const row of found) {
    expect(row.items.length).toBeGreaterThan(0);
    expect(used(row)).toBeLessThanOrEqual(COLUMNS);
    for (const item of row.items) expect(item.span).toBeGreaterThanOrEqual(1);
    expect(pixels(row.height)).toBeGreaterThanOrEqual(80);
    expect(pixels(row.height)).toBeLessThanOrEqual(2000);
  }
  const sources = found.flatMap((row) => (row.source === null ? [] : [row.source]));
  expect(new Set(sources).size).toBe(sources.length);
  const cells = toCells(found);
  for (const a of cells)
    for (const b of cells)
      if (a !== b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        expect.fail(`${a.i} lies over ${b.i}`);
  expect(Math.max(...cells.map((cell) => cell.x + cell.w))).toBeLessThanOrEqual(COLUMNS);
}

describe("cards on the grid", () => {
  test("stand where their rows and spans put them", () => {
    expect(toCells(rows("a:7 b:5", "c:12"))).toEqual([
      { i: "a", x: 0, y: 0, w: 7, h: 18 },
      { i: "b", x: 7, y: 0, w: 5, h: 18 },
      { i: "c", x: 0, y: 18, w: 12, h: 18 },
    ]);
  });

  test("heights come back from their units", () => {
    for (const name of ["sm", "md", "lg"] as const) expect(heightOf(units(pixels(name)))).toBe(name);
    for (let h = 1; h < 120; h++) expect(heightOf(units(pixels(heightOf(h))))).toBe(heightOf(h));
    expect(heightOf(1)).toBe(86);
    expect(heightOf(500)).toBe(1986);
  });
});

describe("a card let go", () => {
  const three = rows("a:12", "b:6 c:6", "d:12");

  test("near the edge of a row gets a row of its own", () => {
    expect(shown(place(three, "d", 3, 0))).toEqual(["d:12", "a:12", "b:6 c:6"]);
    expect(shown(place(three, "d", 3, 18))).toEqual(["a:12", "d:12", "b:6 c:6"]);
    expect(shown(place(three, "b", 3, 99))).toEqual(["a:12", "c:6", "d:12", "b:6"]);
  });

  test("on the middle of a row joins it, and the row makes room", () => {
    expect(shown(place(three, "d", 1, 9))).toEqual(["d:6 a:6", "b:6 c:6"]);
    expect(shown(place(three, "d", 11, 9))).toEqual(["a:6 d:6", "b:6 c:6"]);
    expect(shown(place(three, "d", 5, 27))).toEqual(["a:12", "b:4 d:4 c:4"]);
  });

  test("takes what is free before it asks others for room", () => {
    expect(shown(place(rows("a:8", "b:12"), "b", 11, 9))).toEqual(["a:8 b:4"]);
  });

  test("in its own row changes the order alone", () => {
    expect(shown(place(three, "c", 0, 27))).toEqual(["a:12", "c:6 b:6", "d:12"]);
  });

  test("keeps its row's place in the file when the row moves as a whole", () => {
    expect(place(three, "d", 3, 0).map((row) => row.source)).toEqual([2, 0, 1]);
    expect(place(three, "b", 3, 0).map((row) => row.source)).toEqual([null, 0, 1, 2]);
  });
});

test("a card taken and let go where it was changes nothing", () => {
  const all = rows("a:12", "b:6 c:4", "d:6", "e:3");
  for (const { i, x, y, w } of toCells(all)) {
    expect(place(all, i, x + w / 2, y)).toEqual(all);
    expect(place(all, i, x + w / 2, y - 1)).toEqual(all);
    expect(place(all, i, x + w / 2, y + 2)).toEqual(all);
  }
});

describe("resizing", () => {
  test("neighbours make room, and space given up stays free", () => {
    expect(shown(resize(rows("a:6 b:6"), "a", 8, null))).toEqual(["a:8 b:4"]);
    expect(shown(resize(rows("a:6 b:6"), "a", 12, null))).toEqual(["a:10 b:2"]);
    expect(shown(resize(rows("a:6 b:6"), "a", 4, null))).toEqual(["a:4 b:6"]);
    expect(shown(resize(rows("a:4 b:4 c:4"), "b", 6, null))).toEqual(["a:3 b:6 c:3"]);
  });

  test("the height snaps to a named one, else it is in pixels; as it was says nothing new", () => {
    const [row] = rows("a:12");
    expect(resize(rows("a:12"), "a", 12, 13)[0]?.height).toBe("sm");
    expect(resize(rows("a:12"), "a", 12, 32)[0]?.height).toBe(626);
    expect(resize([{ ...(row as Row), height: 350 }], "a", 12, 18)[0]?.height).toBe(350);
    expect(stepHeight(rows("a"), "a", 1)[0]?.height).toBe("lg");
    expect(stepHeight([{ ...(row as Row), height: 80 }], "a", -1)[0]?.height).toBe(80);
  });
});

describe("the keyboard", () => {
  test.each<[Direction, string, string[]]>([
    ["left", "b", ["b:6 a:6", "c:12"]],
    ["right", "b", ["a:6 b:6", "c:12"]],
    ["up", "b", ["b:6", "a:6", "c:12"]],
    ["down", "a", ["b:6", "a:6", "c:12"]],
    ["up", "c", ["c:12", "a:6 b:6"]],
  ])("%s moves %s", (direction, view, expected) => {
    expect(shown(nudge(rows("a:6 b:6", "c:12"), view, direction))).toEqual(expected);
  });

  test("up and down join a row that has room", () => {
    expect(shown(nudge(rows("a:6", "b:8"), "b", "up"))).toEqual(["a:6 b:6"]);
  });

  test("reading order swaps whole rows, else the places", () => {
    expect(shown(reorder(rows("a:12", "b:6"), "b", -1))).toEqual(["b:6", "a:12"]);
    expect(shown(reorder(rows("a:6 b:6", "c:12"), "c", -1))).toEqual(["a:6 c:6", "b:12"]);
    expect(shown(reorder(rows("a:6 b:6"), "a", -1))).toEqual(["a:6 b:6"]);
  });
});

test("whatever is done, no view is lost, doubled or laid over another, and the same is done again", () => {
  const roll = dice(7);
  for (let round = 0; round < 60; round++) {
    const names = Array.from({ length: 1 + roll(9) }, (_, n) => `v${n}`);
    let found: Row[] = names.map((view, source) => ({
      source,
      height: (["sm", "md", "lg", 80 + roll(900)] as const)[roll(4)] ?? "md",
      items: [{ view, span: 1 + roll(12) }],
    }));
    for (let step = 0; step < 25; step++) {
      const view = names[roll(names.length)] ?? "";
      const dealt = [roll(6), roll(14), roll(200), roll(2)] as const;
      const act = (): Row[] => {
        const [what, x, y, sign] = dealt;
        const by = sign === 0 ? 1 : -1;
        if (what < 2) return place(found, view, x, y);
        if (what === 2) return resize(found, view, x, y % 90);
        if (what === 3) return nudge(found, view, (["left", "right", "up", "down"] as const)[y % 4] ?? "up");
        return what === 4 ? reorder(found, view, by) : stepHeight(found, view, by);
      };
      const before = JSON.stringify(found);
      const next = act();
      expect(act()).toEqual(next);
      expect(JSON.stringify(found)).toBe(before);
      check(next, [...names].sort());
      found = next;
    }
    check(without(found, "v0"), names.slice(1).sort());
  }
});
