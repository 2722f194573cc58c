import { expect, test } from "vitest";
import { readHistory } from "./history";

const events = [
  { id: 1, event: "session", data: { turn_id: "u1" } },
  { id: 2, event: "token", data: { text: "Hello" } },
  { id: 3, event: "done", data: { stop_reason: "complete" } },
];

test("stored turns read like streamed ones", () => {
  const [turn] = readHistory({ turns: [{ turn_id: "u1", message: "why?", status: "complete", events }] });
  expect(turn).toMatchObject({
    id: "u1",
    question: "why?",
    state: "complete",
    steps: [{ kind: "text", text: "Hello" }],
  });
});

test("a turn that broke off has ended; one that runs has not", () => {
  const stored = (status: string) =>
    readHistory({ turns: [{ status, message: null, events: [] }] })[0]?.state;
  expect(stored("failed")).toBe("stopped");
  expect(stored("running")).toBe("running");
});

test("anything else is no history", () => {
  expect([null, {}, { turns: 5 }].map(readHistory)).toEqual([[], [], []]);
});
