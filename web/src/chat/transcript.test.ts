import { describe, expect, test } from "vitest";
import {
  answerText,
  applyEvent,
  failTurn,
  newTurn,
  savedBefore,
  savedSlug,
  type ToolStep,
  type Turn,
} from "./transcript";

function play(...events: [string, Record<string, unknown>][]): Turn {
  return events.reduce((turn, [event, data]) => applyEvent(turn, { id: "", event, data }), newTurn("why?"));
}

describe("applyEvent", () => {
  test("joins tokens and starts a new text after a tool", () => {
    const turn = play(
      ["token", { text: "a" }],
      ["token", { text: "b" }],
      ["tool_call", { id: "t1", name: "list_tables", arguments: {} }],
      ["token", { text: "c" }],
    );
    expect(turn.steps.map((step) => (step.kind === "text" ? step.text : step.kind))).toEqual([
      "ab",
      "tool",
      "c",
    ]);
  });

  test("settles the tool that a result names, and keeps its dry runs", () => {
    const turn = play(
      ["tool_call", { id: "t1", name: "run_dry_run_query", arguments: { sql: "SELECT 1" } }],
      ["dry_run", { query: "SELECT 1", bytes_scanned: 12, limit: 100, ok: true }],
      [
        "tool_result",
        { id: "t1", name: "run_dry_run_query", ok: true, summary: "12 B", result: { ok: true } },
      ],
    );
    const tool = turn.steps[0] as ToolStep;
    expect(tool).toMatchObject({ state: "ok", summary: "12 B", dryRuns: [{ bytes: 12, limit: 100 }] });
  });

  test("a stop settles what was running", () => {
    const turn = play(["tool_call", { id: "t1", name: "list_tables" }], ["done", { stop_reason: "stopped" }]);
    expect(turn.state).toBe("stopped");
    expect((turn.steps[0] as ToolStep).state).toBe("failed");
  });

  test("reads question, error and unknown events", () => {
    expect(
      play(["question", { text: "Which?", options: ["a", 1, "b"] }], ["done", { stop_reason: "question" }]),
    ).toMatchObject({
      state: "question",
      steps: [{ options: ["a", "b"] }],
    });
    expect(play(["error", { code: "x", message: "m", hint: "h" }])).toMatchObject({
      state: "failed",
      steps: [{ hint: "h" }],
    });
    expect(play(["tomorrow", {}])).toEqual(newTurn("why?"));
  });

  test("adds usage up", () => {
    const turn = play(
      ["usage", { input_tokens: 2, output_tokens: 1, usd: null }],
      ["usage", { input_tokens: 3, usd: "0.01" }],
    );
    expect(turn.usage).toEqual({ inputTokens: 5, outputTokens: 1, usd: "0.01" });
  });
});

test("savedBefore gives the one before it", () => {
  const turns = [
    play(["saved", { dashboard_slug: "a", revision: 2 }]),
    play(["saved", { dashboard_slug: "b", revision: 1 }]),
    play(["saved", { dashboard_slug: "b", revision: 2 }]),
  ];
  expect(savedBefore(turns, "b")).toEqual({ slug: "a", revision: 2 });
  expect([savedBefore(turns, "a"), savedBefore(turns, "c")]).toEqual([null, null]);
});

test("a superseded turn is no more what the conversation is about", () => {
  const first = { ...play(["saved", { dashboard_slug: "a", revision: 1 }]), id: "t1" };
  expect(savedSlug([first, { ...newTurn("anew", "t2"), supersedes: "t1" }])).toBeNull();
});

test("an answer is copied as text, a question with its options", () => {
  const turn = play(
    ["token", { text: "Late. " }],
    ["tool_call", { id: "1" }],
    ["question", { text: "Which?", options: ["a"] }],
  );
  expect(answerText(turn)).toBe("Late.\n\nWhich?\n- a");
});

test("savedSlug gives the newest dashboard of the conversation", () => {
  const first = play(
    ["saved", { dashboard_slug: "a", revision: 1 }],
    ["saved", { dashboard_slug: "a", revision: 2 }],
  );
  expect(savedSlug([first, failTurn(newTurn("x"), "c", "m", null)])).toEqual({ slug: "a", revision: 2 });
  expect(savedSlug([newTurn("x")])).toBeNull();
});
