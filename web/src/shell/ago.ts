import { moment } from "../format/text";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in words for a list: `just now`, `5 min ago`, `3 h ago`, `yesterday`, `4 days ago`, then the day. */
export function ago(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const past = now.getTime() - at.getTime();
  if (Number.isNaN(past)) return iso;
  if (past < MINUTE) return past < -MINUTE ? moment(iso, now) : "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  if (days === 0 || past < 6 * HOUR) return `${Math.floor(past / HOUR)} h ago`;
  if (days === 1) return "yesterday";
  return days < 7 ? `${days} days ago` : moment(iso, now);
}

/** The whole time, for whoever wants it exactly. */
export function exactly(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return at.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" });
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
