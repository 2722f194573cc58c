import { format as d3Format } from "d3-format";

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A number of bytes for people: `0 B`, `812 B`, `4.2 MB`. */
export function bytes(count: number | null): string {
  if (count === null || !Number.isFinite(count)) return "unknown";
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(count))) / 3));
  const value = count / 1000 ** power;
  const shown =
    power === 0 || value >= 100 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, "");
  return `${shown} ${UNITS[power]}`;
}

const formatters = new Map<string, (value: number) => string>();

/** A number by a d3 format (`,.1f`, `.1%`, `.2s`); without one, or with a broken one, grouped and at most 3 significant decimals. */
export function number(value: number, pattern?: string | null): string {
  if (!Number.isFinite(value)) return "–";
  if (!pattern) return plain(value);
  let formatter = formatters.get(pattern);
  if (!formatter) {
    try {
      formatter = d3Format(pattern);
    } catch {
      formatter = plain;
    }
    formatters.set(pattern, formatter);
  }
  return formatter(value);
}

const plainFormats = new Map<number, Intl.NumberFormat>();

function plain(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) ? 0 : size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  let shown = plainFormats.get(digits);
  if (!shown) {
    shown = new Intl.NumberFormat("en-US", { maximumFractionDigits: digits });
    plainFormats.set(digits, shown);
  }
  return shown.format(value).replace("-", "−");
}

/** An ISO time as `14:05` today, `3 Mar` this year, `3 Mar 2024` before. */
export function moment(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  if (at.toDateString() === now.toDateString())
    return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

/** How long ago an ISO time was, as of `now` (ms): `just now`, `5 min ago`, `3 h ago`, then the day. */
export function ago(iso: string, now: number = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (Number.isNaN(minutes)) return iso;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : moment(iso, new Date(now));
}

/** `dep_delay` as `dep delay`. */
export function humanise(name: string): string {
  return name
    .replace(/^(props|columns)\./, "")
    .replaceAll("_", " ")
    .trim();
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}
