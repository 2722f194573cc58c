/** Why a plan was not run: it would go over a budget. */
export interface OverBudget {
  budget: string;
  /** Bytes that the plan may read. */
  estimate: number;
  limit: number;
  left: number;
  usd: number | null;
  plan: string;
}

/** What a refusal says of the budget; null for one of another kind, or one that does not say. */
export function readOverBudget(code: string, details: unknown): OverBudget | null {
  if (code !== "over_budget" || typeof details !== "object" || details === null) return null;
  const told = details as Record<string, unknown>;
  const whole = (key: string) => (typeof told[key] === "number" ? (told[key] as number) : null);
  const [estimate, limit, left] = [whole("estimate"), whole("limit"), whole("left")];
  const [budget, plan] = [told.budget, told.plan_sha256];
  if (typeof budget !== "string" || typeof plan !== "string") return null;
  if (estimate === null || limit === null || left === null) return null;
  return { budget, estimate, limit, left, usd: whole("usd"), plan };
}
