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

  test("gives up after some tries, and says so", async () => {
    const result = await follow(() => Promise.reject(new ApiError(0, "unreachable", "gone")), []);
    expect(result.outcome).toBe("lost");
    expect(result.asked.length).toBeGreaterThan(4);
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
