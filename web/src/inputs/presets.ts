/** Spans of days that end today or hold it, as concrete dates: what they mean never changes after they are chosen. */
export interface Preset {
  key: string;
  label: string;
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;

export function datePresets(today: string): Preset[] {
  const day = Date.parse(`${today}T00:00Z`);
  if (Number.isNaN(day)) return [];
  const now = new Date(day);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const quarter = month - (month % 3);
  const span = (key: string, label: string, from: number, to: number) => ({
    key,
    label,
    from: iso(from),
    to: iso(to),
  });
  return [
    span("last-30", "Last 30 days", day - 29 * DAY_MS, day),
    span("last-90", "Last 90 days", day - 89 * DAY_MS, day),
    span("month", "This month", Date.UTC(year, month, 1), Date.UTC(year, month + 1, 0)),
    span("quarter", "This quarter", Date.UTC(year, quarter, 1), Date.UTC(year, quarter + 3, 0)),
    span("year", "This year", Date.UTC(year, 0, 1), Date.UTC(year, 11, 31)),
  ];
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const SPAN = /^(\d{4})-(\d\d)-01$/;

/** A span by its name where it is a whole year, quarter or month: `2013`, `Q2 2013`, `March 2013`. */
export function spanName(from: string, to: string): string | null {
  const [, year = "", first = ""] = SPAN.exec(from) ?? [];
  const month = Number(first) - 1;
  const name = MONTHS[month];
  if (name === undefined) return null;
  const ends = (months: number) => iso(Date.UTC(Number(year), month + months, 0)) === to;
  if (month === 0 && ends(12)) return year;
  if (month % 3 === 0 && ends(3)) return `Q${month / 3 + 1} ${year}`;
  return ends(1) ? `${name} ${year}` : null;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
