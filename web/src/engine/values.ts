/** The chosen value of an input, typed; and what each accessor makes of it. The server's `insights/values.py` says the same. */

export type ParameterType = "text" | "integer" | "number" | "decimal" | "date" | "boolean";

/** Integers, decimals and dates are texts in one plain form: JavaScript's own numbers would round them. */
export type Typed = string | number | boolean;

export interface InputValue {
  kind: string;
  type: ParameterType;
  /** One value for select, text and toggle; any number for multi_select; two for ranges, null where an end is open. */
  items: readonly (Typed | null)[];
  /** No restriction at all. */
  everything: boolean;
}

export function chosenBy(value: InputValue, accessor: string): Typed[] | Typed | null {
  if (accessor === "values") return present(value);
  if (value.kind === "multi_select") return ofSeveral(value, accessor);
  if (accessor === "until") return value.items.length === 2 ? dayAfter(value.items[1] ?? null) : null;
  return value.items[accessor === "to" || accessor === "max" ? 1 : 0] ?? null;
}

/** Whether the accessor restricts nothing: the input stands at all, or that end of the range is open. */
export function isOpen(value: InputValue, accessor: string): boolean {
  if (value.everything) return true;
  return isRange(value.kind) && chosenBy(value, accessor) === null;
}

export function isRange(kind: string): boolean {
  return kind === "date_range" || kind === "number_range";
}

/** The order of two values of one type; texts by code point, as the server and SQL have it. */
export function compareTyped(left: Typed, right: Typed, type: ParameterType): number {
  if (type === "integer") return order(BigInt(left), BigInt(right));
  if (type === "decimal") return compareDecimals(String(left), String(right));
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  return order(Number(left), Number(right));
}

/** The value as the page shows it: "all", "none", one value, a list, {from, to} or {min, max}. */
export function asShown(value: InputValue): unknown {
  if (value.everything) return value.kind === "text" ? "" : "all";
  const shown = value.items.map((item) => (value.type === "integer" ? shownInteger(item) : item));
  if (value.kind === "date_range") return { from: shown[0], to: shown[1] };
  if (value.kind === "number_range") return { min: shown[0], max: shown[1] };
  if (shown.length === 0) return "none";
  return value.kind === "multi_select" ? shown : shown[0];
}

export function sameValue(left: InputValue, right: InputValue): boolean {
  if (left.everything || right.everything) return left.everything === right.everything;
  return (
    left.items.length === right.items.length && left.items.every((item, index) => item === right.items[index])
  );
}

function present(value: InputValue): Typed[] {
  return value.items.filter((item) => item !== null);
}

function ofSeveral(value: InputValue, accessor: string): Typed | null {
  const items = present(value);
  if (accessor === "first") return items[0] ?? null;
  if (accessor === "last") return items.at(-1) ?? null;
  const sign = accessor === "min" ? 1 : -1;
  const further = (best: Typed, item: Typed) =>
    sign * compareTyped(item, best, value.type) < 0 ? item : best;
  return items.length === 0 ? null : items.reduce(further);
}

const LAST_DAY = "9999-12-31";

function dayAfter(day: Typed | null): Typed | null {
  if (typeof day !== "string" || day === LAST_DAY) return day;
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

function shownInteger(item: Typed | null): Typed | null {
  const number = Number(item);
  return item !== null && Math.abs(number) <= 2 ** 53 && BigInt(number) === BigInt(item) ? number : item;
}

function order<T extends bigint | number>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareTexts(left: string, right: string): number {
  for (let at = 0; at < left.length && at < right.length; ) {
    const one = left.codePointAt(at) as number;
    const other = right.codePointAt(at) as number;
    if (one !== other) return one - other;
    at += one > 0xffff ? 2 : 1;
  }
  return left.length - right.length;
}

function compareDecimals(left: string, right: string): number {
  const places = Math.max(fraction(left).length, fraction(right).length);
  return order(scaled(left, places), scaled(right, places));
}

function fraction(text: string): string {
  return text.split(".")[1] ?? "";
}

function scaled(text: string, places: number): bigint {
  return BigInt((text.split(".")[0] ?? "") + fraction(text).padEnd(places, "0"));
}
