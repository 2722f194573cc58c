import type { Day, Sum } from "./ledger";
import type { Amount, Budget } from "./price";

/** What a dashboard, or a file that is not saved, would read at most. */
export interface DashboardCost {
  connection: string;
  usd_per_tib: number;
  queries: Record<string, Amount>;
  views: Record<string, Amount>;
  /** All of it, computed anew. */
  refresh: Amount;
  /** What is not at hand already; null where that is not known. */
  now: Amount | null;
  budgets: Budget[];
}

/** What the team's queries read, day by day and by what for. */
export interface TeamCosts {
  /** Whether a connection of the team bills for what is read. */
  priced: boolean;
  /** Every day of the time, the newest first. */
  days: Day[];
  total: Sum;
  by_dashboard: (Sum & { dashboard: string | null })[];
  by_purpose: (Sum & { purpose: string })[];
  budgets: Budget[];
}
