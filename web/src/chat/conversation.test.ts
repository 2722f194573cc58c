import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Conversation } from "./conversation";

interface Asked {
  method: string;
  path: string;
  lastId: string | null;
  body: unknown;
}

type Answer = Response | "unreachable" | (() => Response | "unreachable");

let asked: Asked[];
let answers: Record<string, Answer[]>;

function sse(from: number, ...events: [string, unknown][]): Response {
  return new Response(
    events
      .map(([event, data], at) => `id: ${from + at}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      .join(""),
  );
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const idle = () => new Response(null, { status: 204 });
const begun: [string, unknown] = ["session", { session_id: "s1", turn_id: "u1" }];
const done: [string, unknown] = ["done", { stop_reason: "complete" }];

beforeEach(() => {
  asked = [];
  answers = { "POST /v1/chat/sessions": [json({ session_id: "s1" }, 201)] };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    const headers = new Headers(init.headers);
    asked.push({
      method,
      path,
      lastId: headers.get("Last-Event-ID"),
      body: typeof init.body === "string" ? JSON.parse(init.body) : null,
    });
    const next =
      answers[`${method} ${path}`]?.shift() ?? json({ detail: `unexpected ${method} ${path}` }, 404);
    const answer = typeof next === "function" ? next() : next;
    if (answer === "unreachable") throw new TypeError("Failed to fetch");
    return answer;
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const MESSAGES = "POST /v1/chat/sessions/s1/messages";
const STREAM = "GET /v1/chat/sessions/s1/stream";
const SESSION = "GET /v1/chat/sessions/s1";
const stored = (...turns: unknown[]) => json({ title: "Delays", turns });
const record = (id: string, message: string, text: string) => ({
  turn_id: id,
  message,
  status: "complete",
  events: [
    { id: 1, event: "session", data: { turn_id: id } },
    { id: 2, event: "token", data: { text } },
    { id: 3, event: "done", data: { stop_reason: "complete" } },
  ],
});
const says = (chat: Conversation) =>
  chat
    .snapshot()
    .turns.map((turn) => [
      turn.question,
      turn.state,
      turn.steps.map((step) => (step.kind === "text" ? step.text : step.kind)).join(" "),
    ]);

describe("asking", () => {
  test("begins a session once and tells what the question is about", async () => {
    const chat = new Conversation(async () => undefined);
    const ids: string[] = [];
    answers[MESSAGES] = [sse(1, begun, done), sse(1, ["session", { turn_id: "u2" }], done)];
    await chat.ask("why?", { dashboard: "d", view: "trend" }, (id) => ids.push(id));
    await chat.ask("why not?", { supersedes: "u1" }, (id) => ids.push(id));
    expect(ids).toEqual(["s1"]);
    expect(asked.map((it) => it.body)).toEqual([
      { dashboard: "d" },
      { message: "why?", dashboard: "d", view: "trend" },
      { message: "why not?", supersedes: "u1" },
    ]);
    expect(chat.snapshot().turns[1]).toMatchObject({ id: "u2", supersedes: "u1", state: "complete" });
  });

  test("a cut is resumed after the last event; nothing is repeated or lost", async () => {
    const chat = new Conversation(async () => undefined);
    const links = new Set<string>();
    chat.subscribe(() => links.add(chat.snapshot().link));
    answers[MESSAGES] = [sse(1, begun, ["token", { text: "a" }])];
    answers[STREAM] = ["unreachable", sse(2, ["token", { text: "a" }], ["token", { text: "b" }], done)];
    await chat.ask("why?", {}, () => undefined);
    expect(says(chat)).toEqual([["why?", "complete", "ab"]]);
    expect(asked.filter((it) => it.path.endsWith("/stream")).map((it) => it.lastId)).toEqual(["2", "2"]);
    expect(links).toEqual(new Set(["live", "lost"]));
    expect(chat.snapshot()).toMatchObject({ busy: false, link: "live" });
  });

  test("a turn that ended while we were away is read from the record", async () => {
    const chat = new Conversation(async () => undefined);
    answers[MESSAGES] = [sse(1, begun)];
    answers[STREAM] = [idle()];
    answers[SESSION] = [stored(record("u1", "why?", "because"))];
    await chat.ask("why?", {}, () => undefined);
    expect(says(chat)).toEqual([["why?", "complete", "because"]]);
  });

  test("an answer to the question that got lost is found by the turn that runs", async () => {
    const chat = new Conversation(async () => undefined);
    answers[MESSAGES] = ["unreachable"];
    answers[STREAM] = [sse(1, begun, ["token", { text: "here" }], done)];
    await chat.ask("why?", {}, () => undefined);
    expect(says(chat)).toEqual([["why?", "complete", "here"]]);
    expect(asked.filter((it) => it.path.endsWith("/messages"))).toHaveLength(1);
  });

  test("a question that never arrived stays, to be tried again, and is not sent twice", async () => {
    const chat = new Conversation(async () => undefined);
    const first = sse(1, begun, ["token", { text: "one" }], done);
    answers[MESSAGES] = [first, "unreachable", sse(1, ["session", { turn_id: "u2" }], done)];
    answers[STREAM] = [idle()];
    answers[SESSION] = [stored(record("u1", "first", "one"))];
    await chat.ask("first", {}, () => undefined);
    await chat.ask("why?", {}, () => undefined);
    expect(says(chat)).toEqual([
      ["first", "complete", "one"],
      ["why?", "failed", "error"],
    ]);
    await chat.ask("why?", {}, () => undefined);
    expect(says(chat)).toEqual([
      ["first", "complete", "one"],
      ["why?", "complete", ""],
    ]);
  });

  test("a refusal is shown with its hint and frees the page", async () => {
    const chat = new Conversation(async () => undefined);
    answers[MESSAGES] = [json({ code: "turn_running", detail: "Busy.", hint: "Wait." }, 409)];
    await chat.ask("why?", {}, () => undefined);
    expect(chat.snapshot().turns[0]?.steps).toEqual([
      { kind: "error", code: "turn_running", message: "Busy.", hint: "Wait." },
    ]);
    expect(chat.snapshot().busy).toBe(false);
  });
});

describe("opening", () => {
  test("joins the running turn from its start", async () => {
    const chat = new Conversation(async () => undefined);
    answers[SESSION] = [
      stored(record("u1", "first", "one"), { turn_id: "u2", message: "why?", status: "running", events: [] }),
    ];
    answers[STREAM] = [sse(1, ["session", { turn_id: "u2" }], ["token", { text: "two" }], done)];
    await chat.open("s1");
    expect(says(chat)).toEqual([
      ["first", "complete", "one"],
      ["why?", "complete", "two"],
    ]);
    expect(chat.snapshot().title).toBe("Delays");
  });

  test("a turn that begins while the record is read keeps its question", async () => {
    const chat = new Conversation(async () => undefined);
    const turn = { turn_id: "u1", message: "why?", status: "running", events: [] };
    answers[SESSION] = [stored(), stored(turn)];
    answers[STREAM] = [sse(1, begun, ["token", { text: "so" }], done)];
    await chat.open("s1");
    expect(says(chat)).toEqual([["why?", "complete", "so"]]);
  });

  test("a session that could not be read can be opened again", async () => {
    const chat = new Conversation(async () => undefined);
    answers[SESSION] = ["unreachable", stored(record("u1", "first", "one"))];
    answers[STREAM] = [idle()];
    await chat.open("s1");
    expect(chat.snapshot().problem?.code).toBe("unreachable");
    await chat.open("s1");
    expect(says(chat)).toEqual([["first", "complete", "one"]]);
  });

  test("another conversation is not disturbed by the one before", async () => {
    const chat = new Conversation(async () => undefined);
    answers[MESSAGES] = [
      () => {
        void chat.open(null);
        return sse(1, begun, ["token", { text: "late" }], done);
      },
    ];
    await chat.ask("why?", {}, () => undefined);
    expect(chat.snapshot()).toMatchObject({ sessionId: null, turns: [], busy: false });
  });
});
