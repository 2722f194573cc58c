import { describe, expect, test, vi } from "vitest";
import { EventParser, readEvents, type ServerEvent } from "./sse";

function parse(...chunks: string[]): ServerEvent[] {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

describe("EventParser", () => {
  test("reads name, id and data", () => {
    expect(parse('event: token\nid: 7\ndata: {"text":"a"}\n\n')).toEqual([
      { event: "token", id: "7", data: '{"text":"a"}' },
    ]);
  });

  test("gives the same events whatever the cuts", () => {
    const text =
      '\uFEFF: hello\r\nevent: a\r\nid: 1\r\ndata: x\r\ndata: y\r\n\r\n:\n\ndata:z\rid: 2\r\revent: b\ndata: "é😀"\n\n';
    const whole = parse(text);
    expect(whole).toEqual([
      { event: "a", id: "1", data: "x\ny" },
      { event: "message", id: "2", data: "z" },
      { event: "b", id: "2", data: '"é😀"' },
    ]);
    expect(parse(...text.split(""))).toEqual(whole);
    for (let cut = 1; cut < text.length; cut++)
      expect(parse(text.slice(0, cut), "", text.slice(cut))).toEqual(whole);
  });

  test("skips comments, unknown fields and events without data", () => {
    expect(parse(": ping\n\nretry: 10\nwhat: ever\nevent: empty\n\ndata\n\n")).toEqual([
      { event: "message", id: "", data: "" },
    ]);
  });

  test("strips one leading space only", () => {
    expect(parse("data:  two\ndata:none\n\n")[0]?.data).toBe(" two\nnone");
  });

  test("ignores an id with a null character", () => {
    expect(parse("id: 3\ndata: a\n\nid: 4\0\ndata: b\n\n").map((event) => event.id)).toEqual(["3", "3"]);
  });

  test("drops an event that the stream left open", () => {
    expect(parse("data: whole\n\ndata: half\n")).toHaveLength(1);
  });
});

test("readEvents gives up on a stream that fell silent, and closes it", async () => {
  let closed = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n: still here\n\n")),
    cancel: () => {
      closed = true;
    },
  });
  const seen: string[] = [];
  await expect(
    (async () => {
      for await (const event of readEvents(body, 5)) seen.push(event.data);
    })(),
  ).rejects.toThrow("silent");
  expect([seen, closed]).toEqual([["1"], true]);
});

test("readEvents does not wait on a device that went offline", async () => {
  const page = new EventTarget();
  vi.stubGlobal("window", page);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
  });
  const events = readEvents(body, 60_000);
  expect((await events.next()).value?.data).toBe("1");
  const next = expect(events.next()).rejects.toThrow("offline");
  await new Promise((resolve) => setTimeout(resolve));
  page.dispatchEvent(new Event("offline"));
  await next;
  vi.unstubAllGlobals();
});

test("readEvents decodes characters that are cut between chunks", async () => {
  const bytes = new TextEncoder().encode("data: naïve 😀\n\ndata: 2\n\n");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const seen: string[] = [];
  for await (const event of readEvents(body)) seen.push(event.data);
  expect(seen).toEqual(["naïve 😀", "2"]);
});
