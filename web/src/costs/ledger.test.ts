import { expect, test } from "vitest";
import { costsMoney, dayTitle, figures, purposeTitle, type Sum } from "./ledger";

const sum = (more: Partial<Sum> = {}): Sum => ({
  ...{ estimated: 0, billed: 0, usd_estimated: 0, usd_billed: 0, queries: 0, refused: 0, unsettled: 0 },
  ...more,
});

test("money is shown only where something costs money", () => {
  const free = sum({ estimated: 5_000_000, queries: 1 });
  expect(costsMoney(free)).toBe(false);
  expect(figures(free).map((one) => one.label)).toEqual(["Read", "Queries", "Refused"]);
  const paid = sum({ estimated: 1e12, usd_estimated: 5.684, billed: 9e11, usd_billed: 5.12 });
  expect(figures(paid).map((one) => one.value)).toEqual(["$5.12", "$5.69", "0", "0"]);
});

test("what is not settled and what was refused is told", () => {
  const notes = figures(sum({ queries: 4, unsettled: 1, refused: 2 })).map((one) => one.note);
  expect(notes).toContain("1 not settled yet");
  expect(notes).toContain("2 plans over a budget; none of it ran");
});

test("names for people, known or not", () => {
  expect(purposeTitle("data")).toBe("Dashboards opened");
  expect(purposeTitle("night_watch")).toBe("night watch");
  expect(dayTitle("2026-11-21")).toBe("21 Nov");
  expect(dayTitle("soon")).toBe("soon");
});
