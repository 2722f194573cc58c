/** From a stretch of the x axis in pixels to a range input's value, and back. */
export type Step = "day" | "week" | "month" | "quarter" | "year";

/** The x axis of a drawn chart. Times are milliseconds since 1970, a wall clock's read as UTC. */
export interface Axis {
  kind: "time" | "number";
  width: number;
  /** The values at the left and the right edge. */
  domain: readonly [number, number];
  toValue: (pixel: number) => number;
  toPixel: (value: number) => number;
  /** What one point or bar stands for, in time. */
  step: Step;
  /** Whether a point stands at the right edge; bars end there instead. */
  endsOnPoint: boolean;
  whole?: boolean;
}

export interface Ends {
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;
const SMALLEST_PX = 2;
const EDGE_PX = 1;

/** The input's value for a brush: the days or the numbers it covers; `all` for none. */
export function brushedValue(axis: Axis, pixels: readonly number[] | null): string {
  if (pixels?.length !== 2) return "all";
  const [left, right] = [Math.min(...pixels), Math.max(...pixels)];
  if (right - left < SMALLEST_PX) return "all";
  const low = axis.toValue(Math.max(0, left));
  const high = axis.toValue(Math.min(axis.width, right));
  return axis.kind === "time" ? spanOfTimes(axis, low, high) : spanOfNumbers(axis, low, high);
}

function spanOfTimes({ step, domain, endsOnPoint }: Axis, low: number, high: number): string {
  const atEnd = endsOnPoint && high >= domain[1];
  const last = Math.max(low, atEnd ? high : high - 1);
  return `${isoDay(floorTo(low, step))}..${isoDay(endOf(last, step))}`;
}

/** As exact as a pixel is, in powers of ten. */
function spanOfNumbers({ domain, width, whole }: Axis, low: number, high: number): string {
  const pixel = Math.abs(domain[1] - domain[0]) / Math.max(1, width);
  const power = pixel > 0 ? Math.floor(Math.log10(pixel)) : 0;
  const digits = whole ? Math.max(0, power) : power;
  return `${rounded(low, digits)}..${rounded(high, digits)}`;
}

function rounded(value: number, power: number): string {
  if (power < 0) return String(Number(value.toFixed(Math.min(20, -power))));
  const size = 10 ** power;
  return String(Math.round(value / size) * size);
}

/** Where the brush stands for a value; null where there is nothing to show: an open input, or all of the axis. */
export function brushPixels(axis: Axis, ends: Ends): [number, number] | null {
  if (ends.from === "" && ends.to === "") return null;
  const time = axis.kind === "time";
  const low =
    ends.from === "" ? axis.domain[0] : time ? Date.parse(`${ends.from}T00:00Z`) : Number(ends.from);
  const high =
    ends.to === "" ? axis.domain[1] : time ? Date.parse(`${ends.to}T00:00Z`) + DAY_MS : Number(ends.to);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  const held = (pixel: number) => Math.min(axis.width, Math.max(0, pixel));
  const [left, right] = [held(axis.toPixel(low)), held(axis.toPixel(high))];
  if (left <= EDGE_PX && right >= axis.width - EDGE_PX) return null;
  return right - left < SMALLEST_PX ? null : [left, right];
}

/** How coarse times are: the calendar step on which all of them stand. */
export function stepOf(times: readonly number[]): Step {
  const dates = times.map((time) => new Date(time));
  if (dates.length === 0 || times.some((time) => time % DAY_MS !== 0)) return "day";
  const firsts = dates.every((date) => date.getUTCDate() === 1);
  if (firsts && dates.every((date) => date.getUTCMonth() === 0)) return "year";
  if (firsts && dates.length > 1 && dates.every((date) => date.getUTCMonth() % 3 === 0)) return "quarter";
  if (firsts) return "month";
  return dates.length > 1 && dates.every((date) => date.getUTCDay() === 1) ? "week" : "day";
}

const UNITS: Record<string, Step> = {
  utcyear: "year",
  utcyearquarter: "quarter",
  utcyearmonth: "month",
  utcyearmonthdate: "day",
};

/** The step of a Vega-Lite time unit; null for one that is no stretch of the calendar. */
export function stepOfUnit(unit: unknown): Step | null {
  return typeof unit === "string" ? (UNITS[unit] ?? null) : null;
}

function floorTo(time: number, step: Step): Date {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (step) {
    case "year":
      return utc(year, 0, 1);
    case "quarter":
      return utc(year, month - (month % 3), 1);
    case "month":
      return utc(year, month, 1);
    case "week":
      return utc(year, month, day - ((date.getUTCDay() + 6) % 7));
    default:
      return utc(year, month, day);
  }
}

/** The last day of the step that a time lies in. */
function endOf(time: number, step: Step): Date {
  const start = floorTo(time, step);
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  if (step === "day") return start;
  if (step === "week") return utc(year, month, day + 6);
  return utc(year, month + { month: 1, quarter: 3, year: 12 }[step], 0);
}

function utc(year: number, month: number, day: number): Date {
  const date = new Date(Date.UTC(2000, month, day));
  date.setUTCFullYear(year, month, day);
  return date;
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
