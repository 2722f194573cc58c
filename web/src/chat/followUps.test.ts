import { expect, test } from "vitest";
import type { InputSpec, ViewSpec } from "../api/types";
import { followUps, nextQuestions, takeFollowUps } from "./followUps";
import { applyEvent, newTurn } from "./transcript";

const view = (type: string, ...fields: [string, string, string][]): ViewSpec => ({
  name: type,
  type,
  title: null,
  insight: "i",
  vega_lite: null,
  table: null,
  metric: null,
  text: null,
  fields: fields.map(([label, kind, channel]) => ({
    key: label,
    label,
    kind,
    certain: true,
    channels: [channel],
  })),
});
const select = (label: string): InputSpec => ({ type: "multi_select", label });

test("three changes that this dashboard invites", () => {
  const views = {
    trend: view("line", ["Month", "temporal", "x"], ["Delay", "number", "y"], ["Carrier", "text", "color"]),
    bars: view("bar", ["Carrier", "text", "x"]),
  };
  expect(followUps({ views, inputs: { carrier: select("Carrier"), origin: select("Origin") } })).toEqual([
    "Break it down by origin",
    "By week instead",
    "Make it a bar chart",
  ]);
  expect(followUps({ views, inputs: { carrier: select("Carrier") } })).toEqual([
    "By week instead",
    "Make it a bar chart",
    "Only the top 5",
  ]);
});

test("a dashboard of one number, or of nothing", () => {
  expect(followUps({ views: { n: view("metric") }, inputs: {} })).toEqual(["Show it as a table"]);
  expect(followUps({ views: {}, inputs: {} })).toEqual([]);
});

const ANSWER =
  "I built it.\n\n- Tables: flights\n\nYou could ask next:\n- Make it **weekly**\n- Add a breakdown by origin\n- Top 5";

test("an answer's own questions become buttons and leave the text", () => {
  expect(takeFollowUps(ANSWER)).toEqual({
    text: "I built it.\n\n- Tables: flights",
    ideas: ["Make it weekly", "Add a breakdown by origin", "Top 5"],
  });
  for (const text of [
    "Ask next:",
    "You could ask next:\n- x",
    "a\n\nYou could ask next: more\n\nThe end.",
    "",
  ])
    expect(takeFollowUps(text)).toEqual({ text, ideas: [] });
});

test("only a turn that ended well offers more", () => {
  const said = applyEvent(newTurn("?"), { id: "", event: "token", data: { text: ANSWER } });
  const end = (reason: string) => applyEvent(said, { id: "", event: "done", data: { stop_reason: reason } });
  expect(nextQuestions(end("complete"), undefined)[0]).toBe("Make it weekly");
  expect(nextQuestions(end("stopped"), undefined)).toEqual([]);
  expect(nextQuestions(said, undefined)).toEqual([]);
  expect(
    nextQuestions({ ...end("complete"), steps: [] }, { views: { n: view("metric") }, inputs: {} }),
  ).toEqual(["Show it as a table"]);
});
