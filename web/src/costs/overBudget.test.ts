import { expect, test } from "vitest";
import { readOverBudget } from "./overBudget";

const told = { budget: "refresh", estimate: 900, limit: 500, left: 500, usd: 0.01, plan_sha256: "ab" };

test("a refusal over budget tells the plan and its figures", () => {
  expect(readOverBudget("over_budget", told)).toEqual({
    ...{ budget: "refresh", estimate: 900, limit: 500, left: 500, usd: 0.01 },
    plan: "ab",
  });
});

test("a refusal of another kind, or one that does not say, is none", () => {
  expect(readOverBudget("over_byte_cap", told)).toBeNull();
  for (const broken of [null, 3, {}, { ...told, estimate: "900" }, { ...told, plan_sha256: undefined }])
    expect(readOverBudget("over_budget", broken)).toBeNull();
  expect(readOverBudget("over_budget", { ...told, usd: undefined })?.usd).toBeNull();
});
