import { type Data, DataType, type Table, TimeUnit, type Vector } from "apache-arrow";
import type { Column, ColumnInfo, Columns } from "../api/types";
import { dayText, decimalText, secondsText, smallInteger } from "./cells";

export interface Encoded extends ColumnInfo {
  type: string;
  encoding: "json" | "text";
}

type Read = (data: Data, index: number) => unknown;
interface Reader {
  type: string;
  encoding?: "json" | "text";
  read: Read;
}

/**
 * An Arrow result as the columns of an answer: for every cell what the server's JSON says of it, read when asked for.
 *
 * Columns take their names in order, whatever the engine calls them. Throws on a type that the server alone writes.
 */
export function toColumns(
  table: Table,
  named: readonly { name: string; label: string }[],
  rows: number,
): { data: Columns; columns: Encoded[] } {
  if (table.numCols !== named.length) throw new Error(`${table.numCols} columns instead of ${named.length}`);
  const data: Columns = {};
  const columns = named.map(({ name, label }, index): Encoded => {
    const vector = table.getChildAt(index) as Vector;
    const { type, encoding = "json", read } = readerOf(vector, rows);
    data[name] = new ArrowColumn(vector, rows, read);
    return { name, type, encoding, label };
  });
  return { data, columns };
}

/** The first rows of a vector; remembers the batch it last read, since readers go in order. */
class ArrowColumn implements Column {
  readonly #batches: readonly Data[];
  readonly #read: Read;
  #batch = 0;
  #start = 0;

  constructor(
    vector: Vector,
    readonly length: number,
    read: Read,
  ) {
    this.#batches = vector.data;
    this.#read = read;
  }

  at(index: number): unknown {
    if (index < 0 || index >= this.length) return undefined;
    if (index < this.#start) {
      this.#batch = 0;
      this.#start = 0;
    }
    let batch = this.#batches[this.#batch] as Data;
    while (index >= this.#start + batch.length) {
      this.#start += batch.length;
      this.#batch += 1;
      batch = this.#batches[this.#batch] as Data;
    }
    const within = index - this.#start;
    return batch.getValid(within) ? this.#read(batch, within) : null;
  }

  /** Plain JSON, for whoever copies the data. */
  toJSON(): unknown[] {
    return Array.from(this, (value) => value);
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

function readerOf(vector: Vector, rows: number): Reader {
  const type = vector.type as DataType;
  const every = (test: (data: Data, index: number) => boolean) => everyValid(vector.data, rows, test);
  if (DataType.isBool(type)) return { type: "boolean", read: readBit };
  if (DataType.isInt(type))
    return type.bitWidth === 64 ? integers(every) : { type: "integer", read: readValue };
  if (DataType.isFloat(type)) return { type: "float", read: (data, at) => finite(data.values[at]) };
  if (DataType.isDecimal(type) && type.bitWidth === 128) return decimals(type.scale, every);
  if (DataType.isUtf8(type)) return { type: "text", read: readText };
  if (DataType.isDate(type) && type.unit === 0)
    return { type: "date", read: (data, at) => dayText(data.values[at]) };
  if (DataType.isTimestamp(type)) return timestamps(type.unit, type.timezone ?? null, every);
  if (DataType.isTime(type) && type.unit === TimeUnit.MICROSECOND) return { type: "time", read: readTime };
  if (DataType.isNull(type)) return { type: "text", read: () => null };
  throw new Error(`no columns of ${type}`);
}

type Every = (test: (data: Data, index: number) => boolean) => boolean;

function everyValid(
  batches: readonly Data[],
  rows: number,
  test: (data: Data, index: number) => boolean,
): boolean {
  let left = rows;
  for (const data of batches) {
    const most = Math.min(left, data.length);
    for (let at = 0; at < most; at++) if (data.getValid(at) && !test(data, at)) return false;
    left -= most;
  }
  return true;
}

const EXACT = BigInt(2 ** 53);

/** Integers are numbers where all are exact as such, else all are texts. */
function integers(every: Every): Reader {
  if (every((data, at) => data.values[at] <= EXACT && data.values[at] >= -EXACT))
    return { type: "integer", read: (data, at) => Number(data.values[at]) };
  return { type: "integer", encoding: "text", read: (data, at) => String(data.values[at]) };
}

function decimals(scale: number, every: Every): Reader {
  if (scale > 0)
    return { type: "decimal", encoding: "text", read: (data, at) => decimalText(data.values, at, scale) };
  if (every((data, at) => smallInteger(data.values, at) !== null))
    return { type: "integer", read: (data, at) => smallInteger(data.values, at) };
  return { type: "integer", encoding: "text", read: (data, at) => decimalText(data.values, at, 0) };
}

const PER_SECOND = new Map([
  [TimeUnit.SECOND, 1n],
  [TimeUnit.MILLISECOND, 1_000n],
  [TimeUnit.MICROSECOND, 1_000_000n],
  [TimeUnit.NANOSECOND, 1_000_000_000n],
]);
const ENDLESS = 2n ** 63n - 1n;

/** All of a column have as many digits after the second as the finest of them needs: none, six or nine. */
function timestamps(unit: TimeUnit, zone: string | null, every: Every): Reader {
  const per = PER_SECOND.get(unit) as bigint;
  const whole = (divisor: bigint) =>
    every((data, at) => data.values[at] % divisor === 0n || isEndless(data.values[at]));
  const digits = whole(per) ? 0 : per <= 1_000_000n || whole(1_000n) ? 6 : 9;
  const tail = zone === null ? "" : "Z";
  const read: Read = (data, at) => {
    const ticks: bigint = data.values[at];
    if (isEndless(ticks)) return null;
    const part = ((ticks % per) + per) % per;
    const seconds = Number((ticks - part) / per);
    const fraction = String(part)
      .padStart(String(per).length - 1, "0")
      .padEnd(digits, "0")
      .slice(0, digits);
    return secondsText(seconds) + (digits === 0 ? "" : `.${fraction}`) + tail;
  };
  return { type: zone === null ? "timestamp" : "timestamptz", read };
}

function isEndless(ticks: bigint): boolean {
  return ticks === ENDLESS || ticks === -ENDLESS;
}

function readTime(data: Data, index: number): string {
  const ticks = Number(data.values[index]);
  const clock = secondsText(Math.floor(ticks / 1_000_000)).slice(-8);
  return `${clock}.${String(ticks % 1_000_000).padStart(6, "0")}`;
}

function readBit(data: Data, index: number): boolean {
  const at = data.offset + index;
  return ((data.values[at >> 3] as number) & (1 << (at & 7))) !== 0;
}

function readValue(data: Data, index: number): number {
  return data.values[index];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const decoder = new TextDecoder();

function readText(data: Data, index: number): string {
  const { valueOffsets, values } = data;
  return decoder.decode(values.subarray(valueOffsets[index], valueOffsets[index + 1]));
}
