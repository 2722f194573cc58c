import { useSyncExternalStore } from "react";
import type { Insight } from "../api/types";
import { readWords } from "../costs/price";
import { ago, count } from "../format/text";
import { type Freshness, isAsFresh } from "./freshness";
import { sourceOf } from "./source";

const MINUTE_MS = 30_000;

interface ProvenanceProps {
  insight: Insight;
  compact: boolean;
  /** What the page says for all of its views. */
  page?: Freshness | null | undefined;
  gesture: string | null;
}

/** Where a view's numbers come from: when they were computed and by whom, unless the page says it; what was read. */
export function Provenance({ insight, compact, page = null, gesture }: ProvenanceProps) {
  const { metadata } = insight;
  const read = readWords(metadata);
  const source = sourceOf(metadata);
  const silent = isAsFresh(metadata, page);
  if (silent && compact && !metadata.truncated && !gesture) return null;
  return (
    <footer className="provenance num">
      {!silent && (
        <>
          <Since computedAt={metadata.computed_at} />
          <span className={source.failed ? "warn" : undefined} title={source.title}>
            {source.text}
          </span>
        </>
      )}
      {read && !(silent && compact) && <span title={read.title}>{read.text}</span>}
      {!compact && <span>{count(metadata.rows, "row")}</span>}
      {metadata.truncated && (
        <span className="warn" title="The rest was left out by the row limit">
          first {count(metadata.rows, "row")} only
        </span>
      )}
      {gesture && (
        <span className="gesture" aria-hidden="true">
          {gesture}
        </span>
      )}
    </footer>
  );
}

/** How long ago that was. */
export function Since({ computedAt }: { computedAt: string }) {
  const now = useNow();
  return (
    <time dateTime={computedAt} title={exactly(computedAt)}>
      {ago(computedAt, now)}
    </time>
  );
}

function exactly(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? iso
    : `Computed ${at.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "medium" })}`;
}

const listeners = new Set<() => void>();
let time = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  time = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, MINUTE_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of the last tick, or of now where that is later by more than one. */
function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    if (Date.now() - time > 2 * MINUTE_MS) time = Date.now();
    return time;
  });
}
