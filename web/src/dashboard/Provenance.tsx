import { useSyncExternalStore } from "react";
import type { Insight } from "../api/types";
import { readWords } from "../costs/price";
import { ago, count } from "../format/text";
import { sourceOf } from "./source";

const MINUTE_MS = 30_000;

interface ProvenanceProps {
  insight: Insight;
  compact: boolean;
  gesture: string | null;
}

/** Where a view's numbers come from: when they were computed, by whom, and what was read for them. */
export function Provenance({ insight, compact, gesture }: ProvenanceProps) {
  const { metadata } = insight;
  const now = useNow();
  const read = readWords(metadata);
  const source = sourceOf(metadata);
  return (
    <footer className="provenance num">
      <time dateTime={metadata.computed_at} title={exactly(metadata.computed_at)}>
        {ago(metadata.computed_at, now)}
      </time>
      <span className={source.failed ? "warn" : undefined} title={source.title}>
        {source.text}
      </span>
      {read && <span title={read.title}>{read.text}</span>}
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
