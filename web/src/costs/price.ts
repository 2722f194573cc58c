import { bytes } from "../format/text";

/** Bytes and what they cost, in US dollars. */
export interface Amount {
  bytes: number;
  usd: number;
}

/** A budget in bytes; without a `limit` there is none. */
export interface Budget {
  name: string;
  limit: number | null;
  used: number;
  left: number | null;
}

/** A bound on money, rounded up to the cent: `$0`, `$0.01`, `$12.40`, `$1,204`. */
export function moneyBound(usd: number): string {
  const cents = Number((usd * 100).toPrecision(9));
  return dollars(usd >= 1000 ? Math.ceil(cents / 100) : Math.ceil(cents) / 100);
}

/** Money spent: `$0`, `under $0.01`, `$12.40`, `$1,204`. */
export function money(usd: number): string {
  return usd > 0 && usd < 0.01 ? "under $0.01" : dollars(Math.round(usd * 100) / 100);
}

function dollars(usd: number): string {
  const digits = usd === 0 || usd >= 1000 ? 0 : 2;
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** The most that something may cost: `up to 1.2 GB · $0.01 at most`, `up to 4 MB` where bytes cost nothing. */
export function atMost({ bytes: count, usd }: Amount): string {
  if (count === 0) return "nothing";
  return `up to ${bytes(count)}${usd > 0 ? ` · ${moneyBound(usd)} at most` : ""}`;
}

/** A dashboard's price in a line: what a refresh reads, and what this visit would, where that is less. */
export function refreshWords({ refresh, now }: { refresh: Amount; now: Amount | null }): string {
  const whole = `A refresh reads ${atMost(refresh)}`;
  if (now === null || now.bytes >= refresh.bytes || refresh.bytes === 0) return whole;
  return `${whole}; ${now.bytes === 0 ? "all at hand now" : `${bytes(now.bytes)} now`}`;
}

const BUDGETS: Record<string, string> = {
  turn: "Each turn of a chat",
  refresh: "Each refresh of a dashboard",
  team_day: "Your team, today",
};

/** What a budget is for, as its label. */
export function budgetTitle(name: string): string {
  return BUDGETS[name] ?? name.replaceAll("_", " ");
}

const OF: Record<string, string> = {
  turn: "the budget of a turn",
  refresh: "the budget of a refresh",
  team_day: "your team’s budget for today",
};

/** The same within a sentence: `over the budget of a refresh`. */
export function budgetWords(name: string): string {
  return OF[name] ?? `the budget “${name.replaceAll("_", " ")}”`;
}

/** How full a budget is, 0 to 1. */
export function fullness({ limit, used }: Pick<Budget, "limit" | "used">): number {
  return limit === null || limit <= 0 ? 0 : Math.min(1, Math.max(0, used / limit));
}

interface Read {
  bytes_scanned: number | null;
  bytes_estimated?: number | null;
  bytes_billed?: number | null;
  usd?: number | null;
}

/** What was read for an answer, in short and in full; null where nothing is known of it. */
export function readWords({ bytes_scanned, bytes_estimated, bytes_billed, usd }: Read): {
  text: string;
  title: string;
} | null {
  const estimated = bytes_estimated ?? bytes_scanned;
  if (bytes_billed !== null && bytes_billed !== undefined) {
    const cost = usd ? ` (${money(usd)})` : "";
    const before = estimated === null ? "" : `; estimated before: at most ${bytes(estimated)}`;
    return {
      text: `${bytes(bytes_billed)} billed`,
      title: `${bytes_billed.toLocaleString("en-US")} bytes billed by the warehouse${cost}${before}`,
    };
  }
  if (bytes_scanned === null) return null;
  return {
    text: `${bytes(bytes_scanned)} read`,
    title: `At most ${bytes_scanned.toLocaleString("en-US")} bytes read from the warehouse to compute this`,
  };
}
