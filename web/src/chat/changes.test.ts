import { describe, expect, test } from "vitest";
import { changesOf, type Revision, standing } from "./changes";
import { applyEvent, newTurn, type Turn } from "./transcript";

let id = 0;
function saving(slug: string, ...revisions: number[]): Turn {
  return revisions.reduce(
    (turn, revision) =>
      applyEvent(turn, { id: "", event: "saved", data: { dashboard_slug: slug, revision } }),
    newTurn("?", `t${++id}`),
  );
}

/** One letter a revision: its file. */
const files = (letters: string): Revision[] =>
  letters
    .split("")
    .map((yaml_sha256, index) => ({ revision: index + 1, yaml_sha256 }))
    .toReversed();

describe("changesOf", () => {
  test("a turn that saved twice is one change", () => {
    expect(changesOf([saving("a", 1), saving("a", 2, 3), newTurn("talk")])).toEqual([
      { turn: 0, slug: "a", from: null, to: 1 },
      { turn: 1, slug: "a", from: 1, to: 3 },
    ]);
  });

  test("a superseded turn counts no more", () => {
    const first = saving("a", 1);
    const again = { ...saving("b", 1), supersedes: first.id };
    expect(changesOf([first, again])).toEqual([{ turn: 1, slug: "b", from: null, to: 1 }]);
  });
});

describe("standing", () => {
  const changes = changesOf([saving("a", 1), saving("a", 2), saving("a", 3)]);
  const turns = (letters: string) => {
    const { undo, redo, head, undone } = standing(changes, "a", files(letters));
    return [undo?.turn ?? null, redo?.turn ?? null, head, undone.join("")];
  };

  test("walks back one change at a time and forth again", () => {
    expect(turns("ABC")).toEqual([2, null, 3, ""]);
    expect(turns("ABCB")).toEqual([1, 2, 4, "2"]);
    expect(turns("ABCBA")).toEqual([0, 1, 5, "12"]);
    expect(turns("ABCBAB")).toEqual([1, 2, 6, "2"]);
    expect(turns("ABCBABC")).toEqual([2, null, 7, ""]);
  });

  test("a dashboard that its first turn made is undone by deleting it", () => {
    expect(standing(changes, "a", null)).toEqual({
      head: null,
      undo: null,
      redo: changes[0],
      undone: [0, 1, 2],
    });
  });

  test("what somebody else changed since is left alone", () => {
    expect(turns("ABCX")).toEqual([null, null, 4, ""]);
  });

  test("a file that comes back by itself is the newest change", () => {
    expect(turns("ABA")).toEqual([2, null, 3, ""]);
    expect(turns("ABAB")).toEqual([1, 2, 4, "2"]);
  });

  test("other dashboards and unknown revisions change nothing", () => {
    expect(standing(changes, "b", files("A"))).toEqual({ head: 1, undo: null, redo: null, undone: [] });
    expect(standing(changes, "a", [])).toEqual({ head: 0, undo: null, redo: null, undone: [] });
  });
});
