import type { Insight } from "../api/types";

export interface Source {
  text: string;
  /** More on it, on demand. */
  title: string | undefined;
  /** Whether the warehouse failed, so that nobody renews them. */
  failed: boolean;
}

const KEPT: Record<string, string> = {
  hit: "from cache",
  shared: "from cache",
  browser: "in this browser",
  stale: "from cache, being renewed",
  last_good: "last good answer",
};

/** Where a view's rows come from: what nobody kept is fresh. */
export function sourceOf({ cache, cache_reason: reason }: Insight["metadata"]): Source {
  const failed = cache === "last_good";
  return {
    text: Object.hasOwn(KEPT, cache) ? (KEPT[cache] as string) : "fresh",
    title: ((failed || cache === "stale") && reason) || undefined,
    failed,
  };
}
