import { send } from "../api/client";
import type { WarmProgress } from "../api/types";
import { readEvents } from "../stream/sse";

/** A state of the server's preparing, in words: for the eye at each step, for the ear when something is new. */
export interface PreparedWords {
  seen: string;
  heard: string;
}

/** Reasons that say nothing of the revision shown. */
const PASSING = new Set(["warm_replaced", "asker_gone", "cancelled", "stopping"]);

/** Nothing, where there is nothing to tell. */
export function preparedWords({ state, done, total, reason }: WarmProgress): PreparedWords | null {
  if (state === "running") {
    const seen = total > 0 ? `Preparing data ${Math.min(done + 1, total)} of ${total}` : "Preparing data";
    return { seen, heard: "Preparing data" };
  }
  if (state === "done") return { seen: "Data ready", heard: "Data ready" };
  if (state === "idle" || reason === null || PASSING.has(reason.code)) return null;
  const why = `${state === "failed" ? "Preparing data failed" : "Not prepared"}: ${lowered(reason.message)}`;
  return { seen: why, heard: why };
}

/** The message as it stands after a colon; a word in capitals, or a name in quotes, stays. */
function lowered(message: string): string {
  return /^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
}

/** Tells how far the server is, to the end; whether that was told. A server that does not say is no error. */
export async function followPrepared(
  slug: string,
  signal: AbortSignal,
  tell: (progress: WarmProgress) => void,
): Promise<boolean> {
  try {
    const headers = { Accept: "text/event-stream" };
    const { body } = await send(`/v1/dashboards/${encodeURIComponent(slug)}/warm`, { headers, signal });
    if (body === null) return false;
    for await (const { event, data } of readEvents(body)) {
      if (signal.aborted) return false;
      if (event === "progress" || event === "done") tell(JSON.parse(data) as WarmProgress);
      if (event === "done") return true;
    }
  } catch {
    // What is not known is not told; the data itself says what it lacks.
  }
  return false;
}
