import type { Insight, InsightAnswer } from "../api/types";
import { sourceOf } from "./source";

/** When and by whom most of a page's numbers were computed; the others say it themselves. */
export interface Freshness {
  /** The oldest of them. */
  computedAt: string;
  source: string;
}

const SAME_MS = 60_000;

/** What most answers have in common; null where none came, or what came is not to be told in passing. */
export function freshnessOf(answers: readonly InsightAnswer[]): Freshness | null {
  const found = new Map<string, string[]>();
  for (const answer of answers) {
    if ("error" in answer || isSpecial(answer.metadata)) continue;
    const source = sourceOf(answer.metadata).text;
    found.set(source, [...(found.get(source) ?? []), answer.metadata.computed_at]);
  }
  const [most] = [...found].sort(([, a], [, b]) => b.length - a.length);
  if (!most) return null;
  const [source, times] = most;
  return { source, computedAt: times.reduce((oldest, time) => (time < oldest ? time : oldest)) };
}

/** Whether an answer is as fresh as the page says. */
export function isAsFresh(metadata: Insight["metadata"], page: Freshness | null): boolean {
  if (page === null || isSpecial(metadata) || sourceOf(metadata).text !== page.source) return false;
  return Math.abs(Date.parse(metadata.computed_at) - Date.parse(page.computedAt)) < SAME_MS;
}

function isSpecial({ cache }: Insight["metadata"]): boolean {
  return cache === "stale" || cache === "last_good";
}
