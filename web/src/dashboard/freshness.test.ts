import { expect, test } from "vitest";
import type { Insight, InsightAnswer } from "../api/types";
import { freshnessOf, isAsFresh } from "./freshness";

const at = (cache: string, computed_at: string) => ({ cache, computed_at }) as Insight["metadata"];
const answer = (cache: string, computed_at: string) =>
  ({ metadata: at(cache, computed_at), data: {} }) as unknown as InsightAnswer;
const MORNING = "2025-03-01T08:00:00Z";
const SOON = "2025-03-01T08:00:30Z";
const LATER = "2025-03-01T08:05:00Z";

test("a page says what most of its answers have in common, as old as the oldest of them", () => {
  const answers = [answer("hit", SOON), answer("miss", LATER), answer("shared", MORNING)];
  expect(freshnessOf(answers)).toEqual({ source: "from cache", computedAt: MORNING });
  const failed = { error: { code: "x", message: "y" } } as InsightAnswer;
  expect(freshnessOf([failed, answer("last_good", MORNING), answer("stale", MORNING)])).toBeNull();
  expect(freshnessOf([])).toBeNull();
});

test("a view is silent about it only where nothing is different", () => {
  const page = { source: "from cache", computedAt: MORNING };
  expect(isAsFresh(at("hit", SOON), page)).toBe(true);
  expect(isAsFresh(at("hit", LATER), page)).toBe(false);
  expect(isAsFresh(at("miss", MORNING), page)).toBe(false);
  expect(isAsFresh(at("last_good", MORNING), page)).toBe(false);
  expect(isAsFresh(at("hit", MORNING), null)).toBe(false);
});
