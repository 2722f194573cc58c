/** One event of a `text/event-stream` body. */
export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/**
 * An incremental reader of server-sent events: feed it text as it arrives, in any cuts, and it returns the events
 * that became complete. An event still open when the stream ends is dropped, as the standard asks.
 */
export class EventParser {
  private rest = "";
  private pendingReturn = false;
  private started = false;
  private data: string[] = [];
  private event = "";
  private lastId = "";

  push(chunk: string): ServerEvent[] {
    let text = chunk;
    if (!this.started && text !== "") {
      this.started = true;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    if (this.pendingReturn && text !== "") {
      this.pendingReturn = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    const out: ServerEvent[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      if (char !== "\n" && char !== "\r") continue;
      this.line(this.rest + text.slice(from, at), out);
      this.rest = "";
      if (char === "\r") {
        if (at + 1 === text.length) this.pendingReturn = true;
        else if (text[at + 1] === "\n") at++;
      }
      from = at + 1;
    }
    this.rest += text.slice(from);
    return out;
  }

  private line(line: string, out: ServerEvent[]): void {
    if (line === "") {
      if (this.data.length > 0)
        out.push({ id: this.lastId, event: this.event || "message", data: this.data.join("\n") });
      this.data = [];
      this.event = "";
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.lastId = value;
  }
}

/**
 * The events of a response body, as they arrive; ends when the body ends, throws when the connection breaks. With
 * `deadMs` also when nothing, not even a comment, came for so long, or the device goes offline: a socket may not notice.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  deadMs = Number.POSITIVE_INFINITY,
): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), deadMs);
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return await promise;
  let end: (() => void) | undefined;
  const dead = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error("The stream fell silent.")), ms);
    const offline = () => reject(new Error("This device went offline."));
    globalThis.window?.addEventListener("offline", offline);
    end = () => {
      clearTimeout(timer);
      globalThis.window?.removeEventListener("offline", offline);
    };
  });
  try {
    return await Promise.race([promise, dead]);
  } finally {
    end?.();
  }
}
