import { expect, test } from "vitest";
import {
  atMost,
  budgetTitle,
  budgetWords,
  fullness,
  money,
  moneyBound,
  readWords,
  refreshWords,
} from "./price";

test("a bound on money is rounded up to the cent, and never down", () => {
  expect(moneyBound(0)).toBe("$0");
  expect(moneyBound(0.0000001)).toBe("$0.01");
  expect(moneyBound(0.0068)).toBe("$0.01");
  expect(moneyBound(0.29)).toBe("$0.29"); // 0.29 * 100 is 28.999999999999996
  expect(moneyBound(0.07)).toBe("$0.07"); // 0.07 * 100 is 7.000000000000001
  expect(moneyBound(0.0701)).toBe("$0.08");
  expect(moneyBound(12.4)).toBe("$12.40");
  expect(moneyBound(1203.2)).toBe("$1,204");
});

test("money spent is rounded as usual, and a little is not nothing", () => {
  expect(money(0)).toBe("$0");
  expect(money(0.004)).toBe("under $0.01");
  expect(money(0.014)).toBe("$0.01");
  expect(money(6.25)).toBe("$6.25");
});

test("what something may cost is said as a bound, without money where bytes cost nothing", () => {
  expect(atMost({ bytes: 1_200_000_000, usd: 0.0068 })).toBe("up to 1.2 GB · $0.01 at most");
  expect(atMost({ bytes: 4_000_000, usd: 0 })).toBe("up to 4 MB");
  expect(atMost({ bytes: 0, usd: 0 })).toBe("nothing");
});

test("a refresh tells what is at hand already", () => {
  const refresh = { bytes: 2_000_000, usd: 0 };
  expect(refreshWords({ refresh, now: refresh })).toBe("A refresh reads up to 2 MB");
  expect(refreshWords({ refresh, now: null })).toBe("A refresh reads up to 2 MB");
  expect(refreshWords({ refresh, now: { bytes: 0, usd: 0 } })).toContain("; all at hand now");
  expect(refreshWords({ refresh, now: { bytes: 500_000, usd: 0 } })).toContain("; 500 kB now");
});

test("budgets have names for people, known or not", () => {
  expect(budgetTitle("team_day")).toBe("Your team, today");
  expect(budgetTitle("new_kind")).toBe("new kind");
  expect(budgetWords("refresh")).toBe("the budget of a refresh");
  expect(budgetWords("new_kind")).toContain("new kind");
});

test("a budget is never more than full", () => {
  expect(fullness({ limit: 100, used: 25 })).toBe(0.25);
  expect(fullness({ limit: 100, used: 250 })).toBe(1);
  expect(fullness({ limit: 0, used: 5 })).toBe(0);
  expect(fullness({ limit: null, used: 5 })).toBe(0);
});

test("what was read is told as billed where that is known, else as read at most", () => {
  expect(readWords({ bytes_scanned: null })).toBeNull();
  expect(readWords({ bytes_scanned: 4_200_000 })?.text).toBe("4.2 MB read");
  const billed = readWords({ bytes_scanned: 9e9, bytes_estimated: 9e9, bytes_billed: 1.1e9, usd: 0.00625 });
  expect(billed?.text).toBe("1.1 GB billed");
  expect(billed?.title).toContain("under $0.01");
  expect(billed?.title).toContain("at most 9 GB");
  expect(readWords({ bytes_scanned: 5, bytes_billed: 0 })?.text).toBe("0 B billed");
});
