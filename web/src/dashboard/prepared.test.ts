import { expect, test, vi } from "vitest";
import type { WarmProgress } from "../api/types";
import { followPrepared, preparedWords } from "./prepared";

const BEGUN: WarmProgress = {
  dashboard: "shop",
  revision: 2,
  state: "running",
  reason: null,
  done: 0,
  total: 0,
  bytes: null,
  started_at: "2026-01-01T00:00:00+00:00",
  ended_at: null,
};
const because = (code: string, message: string) => ({ code, message, hint: null, status: 422 });
const seen = (changes: Partial<WarmProgress>) => preparedWords({ ...BEGUN, ...changes })?.seen ?? null;

test("the step at work is counted, never beyond the last", () => {
  expect(seen({})).toBe("Preparing data");
  expect(seen({ done: 2, total: 8 })).toBe("Preparing data 3 of 8");
  expect(seen({ done: 8, total: 8 })).toBe("Preparing data 8 of 8");
});

test("a listener hears no step of many", () => {
  const heard = [0, 3, 7].map((done) => preparedWords({ ...BEGUN, done, total: 8 })?.heard);
  expect(new Set(heard)).toEqual(new Set(["Preparing data"]));
});

test("an end is told with its reason, unless that is of another revision", () => {
  expect(seen({ state: "done", done: 8, total: 8 })).toBe("Data ready");
  expect(seen({ state: "idle" })).toBeNull();
  const costs = because("would_cost", "It would cost up to $0.02");
  expect(seen({ state: "skipped", reason: costs })).toBe("Not prepared: it would cost up to $0.02");
  const cut = because("bad", "SQL is wrong");
  expect(seen({ state: "failed", reason: cut })).toBe("Preparing data failed: SQL is wrong");
  expect(seen({ state: "skipped", reason: because("warm_replaced", "A newer one") })).toBeNull();
});

test("states are followed to the last, and a server that does not tell them is no error", async () => {
  const event = (name: string, state: WarmProgress) => `event: ${name}\ndata: ${JSON.stringify(state)}\n\n`;
  const done: WarmProgress = { ...BEGUN, state: "done" };
  const told: string[] = [];
  const answer = vi.fn(
    async () => new Response(event("progress", BEGUN) + event("done", done) + event("progress", BEGUN)),
  );
  vi.stubGlobal("fetch", answer);
  const ended = await followPrepared("a b", new AbortController().signal, ({ state }) => told.push(state));
  expect(ended).toBe(true);
  expect(told).toEqual(["running", "done"]);
  expect(answer.mock.calls[0]?.slice(0, 1)).toEqual(["/v1/dashboards/a%20b/warm"]);
  vi.stubGlobal("fetch", async () => new Response("no", { status: 404 }));
  await followPrepared("shop", new AbortController().signal, ({ state }) => told.push(state));
  vi.stubGlobal("fetch", async () => new Response("event: done\ndata: {broken\n\n"));
  const cut = await followPrepared("shop", new AbortController().signal, ({ state }) => told.push(state));
  expect(cut).toBe(false);
  expect(told).toHaveLength(2);
  vi.unstubAllGlobals();
});
