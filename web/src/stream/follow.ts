import { ApiError } from "../api/client";
import { readEvents } from "./sse";

export interface TurnEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

export interface FollowOptions {
  /** The request that starts the stream. */
  open: () => Promise<Response>;
  /** The request that continues it after the event `lastId` ("" = from the start of the turn). */
  resume: (lastId: string) => Promise<Response>;
  onEvent: (event: TurnEvent) => void;
  onLink: (link: Link) => void;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

/** Whether the stream is open; lost and offline are both tried again, by themselves. */
export type Link = "live" | "lost" | "offline";

/** ended: a last event came. idle: the server has no running turn. lost: nothing of the turn was ever heard. */
export type Outcome = "ended" | "idle" | "lost";

const PAUSES_MS = [250, 500, 1000, 2000, 4000];
const LONGEST_PAUSE_MS = 8000;
const LAST_EVENTS = new Set(["done", "error"]);
/** The server says something every 15 s: a stream quieter than this is dead, whatever the socket thinks. */
const DEAD_MS = 40_000;

/**
 * Follows a turn to its last event, over as many connections as it takes. A stream that closes without `done` or
 * `error` was cut: it is resumed after the last event seen, and an event seen before is never reported twice. Once the
 * turn was heard of it is never given up: the server works on without us.
 */
export async function followTurn(options: FollowOptions): Promise<Outcome> {
  const { open, resume, onEvent, onLink, signal, pause = rest } = options;
  let lastId = "";
  let failures = 0;
  let request = open;
  for (;;) {
    try {
      const response = await request();
      if (response.status === 204 || response.body === null) return "idle";
      onLink("live");
      for await (const raw of readEvents(response.body, DEAD_MS)) {
        if (isSeen(raw.id, lastId)) continue;
        if (raw.id !== "") lastId = raw.id;
        failures = 0;
        const event = { id: raw.id, event: raw.event, data: asObject(raw.data) };
        onEvent(event);
        if (LAST_EVENTS.has(event.event)) return "ended";
      }
    } catch (cause) {
      if (signal.aborted) return "lost";
      if (cause instanceof ApiError && cause.status !== 0 && cause.status < 500) throw cause;
    }
    if (signal.aborted) return "lost";
    onLink(globalThis.navigator?.onLine === false ? "offline" : "lost");
    const wait = PAUSES_MS[failures++];
    if (wait === undefined && lastId === "") return "lost";
    await pause(wait ?? LONGEST_PAUSE_MS, signal);
    if (signal.aborted) return "lost";
    request = () => resume(lastId);
  }
}

function isSeen(id: string, lastId: string): boolean {
  if (id === "" || lastId === "") return false;
  const now = Number(id);
  const last = Number(lastId);
  return Number.isFinite(now) && Number.isFinite(last) && now <= last;
}

function asObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // An event that is not JSON carries nothing for us; the turn goes on.
  }
  return {};
}

const RECONNECT = "dashbridge:reconnect";

/** Ends the pause before the next try, for a reader who does not want to wait. */
export function reconnectNow(): void {
  window.dispatchEvent(new Event(RECONNECT));
}

/** Waits, not to the millisecond, so that many pages do not come back at once; less when the device comes online. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const events = ["online", RECONNECT];
    const end = () => {
      clearTimeout(timer);
      for (const name of events) window.removeEventListener(name, end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms * (0.75 + Math.random() / 2));
    for (const name of events) window.addEventListener(name, end);
    signal.addEventListener("abort", end);
  });
}
