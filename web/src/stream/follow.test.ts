import { describe, expect, test } from "vitest";
import { ApiError } from "../api/client";
import { followTurn, type TurnEvent } from "./follow";

function stream(...events: [number, string, unknown][]): Response {
  return new Response(
    events
      .map(([id, event, data]) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      .join(""),
  );
}

async function follow(open: () => Promise<Response>, resumes: (() => Promise<Response>)[]) {
  const seen: TurnEvent[] = [];
  const asked: string[] = [];
  const links: string[] = [];
  const outcome = await followTurn({
    open,
    resume: (lastId) => {
      asked.push(lastId);
      const next = resumes.shift();
      return next ? next() : Promise.reject(new ApiError(0, "unreachable", "gone"));
    },
    onEvent: (event) => seen.push(event),
    onLink: (link) => links.push(link),
    pause: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  return { outcome, ids: seen.map((event) => event.id), asked, links, seen };
}

describe("followTurn", () => {
  test("ends with the last event", async () => {
    const result = await follow(
      async () => stream([1, "token", { text: "a" }], [2, "done", { stop_reason: "complete" }]),
      [],
    );
    expect(result.outcome).toBe("ended");
    expect(result.seen[1]?.data).toEqual({ stop_reason: "complete" });
  });

  test("resumes a cut stream and repeats nothing", async () => {
    const result = await follow(
      async () => stream([1, "session", {}], [2, "token", {}]),
      [async () => stream([2, "token", {}], [3, "token", {}]), async () => stream([4, "done", {}])],
    );
    expect(result.ids).toEqual(["1", "2", "3", "4"]);
    expect(result.asked).toEqual(["2", "3"]);
    expect(result.links).toEqual(["live", "lost", "live", "lost", "live"]);
  });

  test("reports idle when the turn ended while we were away", async () => {
    const result = await follow(
      async () => stream([1, "token", {}]),
      [async () => new Response(null, { status: 204 })],
    );
    expect(result.outcome).toBe("idle");
  });

  test("gives up a turn it never heard of, and says so", async () => {
    const result = await follow(() => Promise.reject(new ApiError(0, "unreachable", "gone")), []);
    expect(result.outcome).toBe("lost");
    expect(result.asked.length).toBeGreaterThan(4);
  });

  test("never gives up a turn that goes on without us", async () => {
    const down = () => Promise.reject(new ApiError(0, "unreachable", "gone"));
    const long = Array.from({ length: 50 }, () => down);
    const result = await follow(
      async () => stream([1, "session", {}]),
      [...long, async () => stream([2, "done", {}])],
    );
    expect([result.outcome, result.ids, result.asked.length]).toEqual(["ended", ["1", "2"], 51]);
    expect(new Set(result.asked)).toEqual(new Set(["1"]));
  });

  test("a server that is down for a while is no end either", async () => {
    const result = await follow(
      async () => stream([1, "session", {}]),
      [() => Promise.reject(new ApiError(503, "busy", "later")), async () => stream([2, "done", {}])],
    );
    expect(result.outcome).toBe("ended");
  });

  test("whatever the cuts, every event comes once and in order", async () => {
    const events = Array.from({ length: 7 }, (_, index) => index + 1);
    const body = (from: number, to: number): [number, string, unknown][] =>
      events.filter((id) => id >= from && id <= to).map((id) => [id, id === 7 ? "done" : "token", {}]);
    for (let cut = 0; cut < 7; cut++)
      for (let back = 0; back <= cut; back++) {
        const result = await follow(
          async () => stream(...body(1, cut)),
          [async () => stream(...body(cut - back + 1, 7))],
        );
        expect(result.ids).toEqual(events.map(String));
      }
  });

  test("leaves off in the middle of a pause when the page goes elsewhere", async () => {
    const leaving = new AbortController();
    const outcome = await followTurn({
      open: async () => stream([1, "session", {}]),
      resume: () => Promise.reject(new Error("must not be asked")),
      onEvent: () => undefined,
      onLink: () => undefined,
      pause: async () => leaving.abort(),
      signal: leaving.signal,
    });
    expect(outcome).toBe("lost");
  });

  test("does not retry a refusal", async () => {
    await expect(follow(() => Promise.reject(new ApiError(409, "turn_running", "busy")), [])).rejects.toThrow(
      "busy",
    );
  });

  test("survives data that is not JSON", async () => {
    const response = new Response("id: 1\nevent: token\ndata: {oops\n\nid: 2\nevent: done\ndata: {}\n\n");
    const result = await follow(async () => response, []);
    expect(result.outcome).toBe("ended");
    expect(result.seen[0]?.data).toEqual({});
  });
});
