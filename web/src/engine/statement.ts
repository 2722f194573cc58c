import { chosenBy, type InputValue, isOpen, type ParameterType, type Typed } from "./values";

/** One `?` before values are known; the server's `insights/statement.py` says what `gives` means. */
export interface Placeholder {
  input: string;
  accessor: string;
  type: ParameterType;
  gives: "value" | "open" | "some";
  /** A list's `?` stands bare, and becomes one cast to this for each chosen value. */
  cast?: string | null;
}

export interface Statement {
  post_query: string;
  parameters: readonly Placeholder[];
}

export type Sent = string | boolean | null;

export interface Bound {
  sql: string;
  values: Sent[];
}

/** The statement for these values; each enters as a `?`, never as text. Throws when it asks for what it cannot have. */
export function bind(statement: Statement, values: ReadonlyMap<string, InputValue>): Bound {
  const pieces = statement.post_query.split("?");
  if (pieces.length !== statement.parameters.length + 1)
    throw new Error(`${pieces.length - 1} places for ${statement.parameters.length} parameters`);
  const bound: Sent[] = [];
  let sql = pieces[0] as string;
  statement.parameters.forEach((place, index) => {
    const found = sent(place, values);
    bound.push(...found);
    const mark = place.cast ? `CAST(? AS ${place.cast})` : "?";
    sql += found.map(() => mark).join(", ") + pieces[index + 1];
  });
  return { sql, values: bound };
}

function sent(place: Placeholder, values: ReadonlyMap<string, InputValue>): Sent[] {
  const value = values.get(place.input);
  if (!value) throw new Error(`input ${place.input} has no value`);
  if (place.gives === "open") return [isOpen(value, place.accessor)];
  const chosen = value.everything ? null : chosenBy(value, place.accessor);
  if (place.gives === "some") {
    if (chosen !== null && !Array.isArray(chosen)) throw new Error("only a list has some values");
    return [chosen !== null && chosen.length > 0];
  }
  if (place.gives !== "value") throw new Error(`a place gives ${String(place.gives)}`);
  if (!Array.isArray(chosen)) return [plain(chosen)];
  return chosen.length === 0 ? [null] : chosen.map(plain);
}

/** Numbers travel as text too: DuckDB-WASM reads numbers from JSON with an error in the last digit; the SQL casts them. */
function plain(value: Typed | null): Sent {
  return typeof value === "number" ? (Object.is(value, -0) ? "-0" : String(value)) : value;
}
