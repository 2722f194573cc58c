import { describe, expect, test } from "vitest";
import type { Insight } from "../api/types";
import { sourceOf } from "./source";

const of = (cache: string, cache_reason?: string) =>
  sourceOf({ cache, cache_reason } as unknown as Insight["metadata"]);

describe("where rows come from", () => {
  test("tells rows that were kept from fresh ones", () => {
    expect(["miss", "hit", "shared", "browser", "toString"].map((cache) => of(cache).text)).toEqual([
      "fresh",
      "from cache",
      "from cache",
      "in this browser",
      "fresh",
    ]);
    expect(of("hit", "the same version").failed).toBe(false);
    expect(of("hit", "the same version").title).toBeUndefined();
  });

  test("says why rows are not the newest", () => {
    expect(of("stale")).toEqual({ text: "from cache, being renewed", title: undefined, failed: false });
    expect(of("last_good", "the warehouse failed: it is locked")).toEqual({
      text: "last good answer",
      title: "the warehouse failed: it is locked",
      failed: true,
    });
  });
});
