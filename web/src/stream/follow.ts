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
  onLink: (link: "live" | "lost") => void;
  pause?: (ms: number) => Promise<void>;
  signal: AbortSignal;
}

/** ended: a last event came. idle: the server has no running turn. lost: it could not be reached any more. */
export type Outcome = "ended" | "idle" | "lost";

const PAUSES_MS = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000];
const LAST_EVENTS = new Set(["done", "error"]);

/**
 * Follows a turn to its last event, over as many connections as it takes. A stream that closes without `done` or
 * `error` was cut: it is resumed after the last event seen, and an event seen before is never reported twice.
 */
export async function followTurn(options: FollowOptions): Promise<Outcome> {
  const { open, resume, onEvent, onLink, signal, pause = sleep } = options;
  let lastId = "";
  let failures = 0;
  let request = open;
  for (;;) {
    try {
      const response = await request();
      if (response.status === 204 || response.body === null) return "idle";
      onLink("live");
      for await (const raw of readEvents(response.body)) {
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
    onLink("lost");
    const wait = PAUSES_MS[failures++];
    if (wait === undefined) return "lost";
    await pause(wait);
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
