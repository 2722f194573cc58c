import type { Column, ColumnInfo, Columns } from "../api/types";
import { isNumeric, isTime, parseTime, rowCount } from "./rows";

/** What a chart draws: a row knows its place only, and reads its columns when asked. */
export interface Row {
  [column: string]: unknown;
}

export interface ChartRows {
  rows: Row[];
  /** A column as the rows show it. */
  column: (key: string) => Column;
  /** What stands for NULL in a column of names, where it has one. */
  nullText: (key: string) => string | null;
}

type Store = Record<string, Column>;
type RowClass = new (store: Store, at: number) => Row;

const classes = new Map<string, RowClass>();
const MOST_CLASSES = 200;
const NONE_WORDS = ["(none)", "(no value)", "(null)"];

/**
 * The rows over flat columns: times become dates, and numbers that travelled as text become numbers. In a column of
 * names NULL is a name of its own, since vega would take it for the text "null". A time without a zone is a wall
 * clock's: it is read as UTC and drawn on UTC scales, so no month slips into another.
 */
export function chartRows(columns: Columns, info: readonly ColumnInfo[]): ChartRows {
  const types = new Map(info.map((column) => [column.name, column.type]));
  const store: Store = {};
  const nulls = new Map<string, string>();
  for (const [name, column] of Object.entries(columns)) {
    const type = types.get(name);
    if (isTime(type)) store[name] = times(column);
    else if (isNumeric(type)) store[name] = hasText(column) ? numbers(column) : column;
    else {
      const word = nullWord(column);
      if (word !== null) nulls.set(name, word);
      store[name] = word === null ? column : named(column, word);
    }
  }
  const Row = rowClass(Object.keys(store));
  const rows: Row[] = new Array(rowCount(columns));
  for (let at = 0; at < rows.length; at++) rows[at] = new Row(store, at);
  return { rows, column: (key) => store[key] ?? [], nullText: (key) => nulls.get(key) ?? null };
}

const STORE = Symbol("columns");
const AT = Symbol("row");

/** One class for a set of columns. Its getters are enumerable, as vega copies a row by `for … in`. */
function rowClass(names: readonly string[]): RowClass {
  const key = JSON.stringify(names);
  const known = classes.get(key);
  if (known) return known;
  const made = class {
    declare readonly [STORE]: Store;
    declare readonly [AT]: number;
    constructor(store: Store, at: number) {
      (this as { [STORE]: Store })[STORE] = store;
      (this as { [AT]: number })[AT] = at;
    }
  };
  for (const name of names)
    Object.defineProperty(made.prototype, name, {
      enumerable: true,
      get(this: InstanceType<typeof made>) {
        return this[STORE][name]?.at(this[AT]) ?? null;
      },
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  if (classes.size >= MOST_CLASSES) classes.clear();
  classes.set(key, made as unknown as RowClass);
  return made as unknown as RowClass;
}

function times(column: Column): Column {
  const known = new Map<unknown, Date | null>();
  const dates: (Date | null)[] = new Array(column.length);
  for (let at = 0; at < dates.length; at++) {
    const value = column.at(at);
    let date = known.get(value);
    if (date === undefined) {
      date = parseTime(value);
      known.set(value, date);
    }
    dates[at] = date;
  }
  return dates;
}

function hasText(column: Column): boolean {
  for (let at = 0; at < column.length; at++) {
    const kind = typeof column.at(at);
    if (kind === "string" || kind === "bigint") return true;
  }
  return false;
}

function numbers(column: Column): Column {
  return Array.from({ length: column.length }, (_, at) => {
    const value = column.at(at) ?? null;
    return value === null ? null : Number(value);
  });
}

/** The word for NULL in a column that has one: a word that no value of it is. */
function nullWord(column: Column): string | null {
  let found = false;
  const taken = new Set<unknown>();
  for (let at = 0; at < column.length; at++) {
    const value = column.at(at) ?? null;
    if (value === null) found = true;
    else if (typeof value === "string" && value.startsWith("(")) taken.add(value);
  }
  if (!found) return null;
  let word = NONE_WORDS.find((it) => !taken.has(it)) ?? "(none)";
  while (taken.has(word)) word = `(${word})`;
  return word;
}

function named(column: Column, word: string): Column {
  return Array.from({ length: column.length }, (_, at) => column.at(at) ?? word);
}
