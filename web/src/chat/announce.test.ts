import { expect, test } from "vitest";
import { announcement } from "./announce";
import { applyEvent, newTurn, type Turn } from "./transcript";

function play(...events: [string, Record<string, unknown>][]): Turn {
  return events.reduce((turn, [event, data]) => applyEvent(turn, { id: "", event, data }), newTurn("why?"));
}

test("words that stream in are not read one by one", () => {
  const said = new Set(
    ["A", "B", "C"].map((_, index) =>
      announcement(play(...Array(index + 1).fill(["token", { text: "x " }]))),
    ),
  );
  expect([...said]).toEqual(["Writing the answer…"]);
});

test("the end is told once, with what came of it", () => {
  expect(
    announcement(
      play(
        ["saved", { dashboard_slug: "delays", revision: 2 }],
        ["token", { text: "**Done**:\nlate `UA`." }],
        ["done", { stop_reason: "complete" }],
      ),
    ),
  ).toBe("Answered. Saved as delays, revision 2. Done: late UA.");
  expect(announcement(play(["token", { text: "x".repeat(999) }], ["done", {}])).length).toBeLessThan(320);
  expect(announcement(play(["error", { message: "No model." }]))).toBe("Failed: No model.");
  expect(announcement(play(["done", { stop_reason: "stopped" }]))).toBe("Stopped.");
  expect(announcement(undefined)).toBe("");
});

test("a question back is read with its options", () => {
  const turn = play(
    ["question", { text: "Which?", options: ["a", "b"] }],
    ["done", { stop_reason: "question" }],
  );
  expect(announcement(turn)).toBe("A question back: Which? - a - b");
});
