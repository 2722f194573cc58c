import type { AsyncDuckDB } from "@duckdb/duckdb-wasm";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import type { Insight } from "../api/types";
import { toColumns } from "./columns";
import { type Envelope, METADATA_KEY } from "./envelope";
import type { Values } from "./inputs";
import { type Bound, bind } from "./statement";

const SETTINGS = `
  SET autoinstall_known_extensions = false;
  SET autoload_known_extensions = false;
  SET enable_external_access = false;
  SET lock_configuration = true`;
const MOST_STATEMENTS = 16;
/** A worker that says nothing for so long has died or is lost in a statement: the server is asked from then on. */
const ANSWER_MS = 20_000;

/** DuckDB in its worker, holding the rows of some insights. */
export class Engine {
  readonly #database: AsyncDuckDB;
  #tables = 0;
  #lost = false;

  private constructor(database: AsyncDuckDB) {
    this.#database = database;
  }

  static async over(database: AsyncDuckDB): Promise<Engine> {
    const engine = new Engine(database);
    await engine.within(async () => {
      const connection = await database.connectInternal();
      await database.runQuery(connection, SETTINGS);
      await database.disconnect(connection);
    });
    return engine;
  }

  /** Take in an insight's rows, an Arrow IPC stream with the envelope in its schema. The bytes are given away. */
  async load(rows: Uint8Array): Promise<Relation> {
    const envelope = readEnvelope(rows);
    const schema = `insight_${++this.#tables}`;
    return await this.within(async () => {
      const connection = await this.#database.connectInternal();
      const relation = new Relation(this, this.#database, connection, schema, envelope, rows.byteLength);
      try {
        await fill(this.#database, connection, schema, envelope.hugeints, rows);
      } catch (error) {
        await relation.close();
        throw error;
      }
      return relation;
    });
  }

  /** Run a step in the worker. Rejects when it takes too long, and at once ever after. */
  async within<T>(step: () => Promise<T>): Promise<T> {
    if (this.#lost) throw new Error("the engine is lost");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#lost = true;
        void this.#database.terminate();
        reject(new Error("the engine does not answer"));
      }, ANSWER_MS);
    });
    try {
      return await Promise.race([step(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The rows of one insight as `insight_data`, on a connection of their own. */
export class Relation {
  /** Prepared statements by their SQL, the one used last at the end. */
  readonly #prepared = new Map<string, Promise<number>>();

  constructor(
    private readonly engine: Engine,
    private readonly database: AsyncDuckDB,
    private readonly connection: number,
    private readonly schema: string,
    readonly envelope: Envelope,
    readonly bytes: number,
  ) {}

  /** The insight for these values, as the server would answer it. */
  async answer(values: Values): Promise<Insight> {
    const { envelope } = this;
    const table = tableFromIPC(await this.engine.within(() => this.#run(bind(envelope, values))));
    const rows = Math.min(table.numRows, envelope.row_limit);
    const { data, columns } = toColumns(table, envelope.columns, rows);
    return {
      data,
      metadata: {
        split_column: envelope.split_column,
        input_dependencies: [...envelope.input_dependencies],
        columns,
        rows,
        truncated: table.numRows > rows && !envelope.limit_is_the_authors,
        bytes_scanned: envelope.bytes_scanned,
        computed_at: envelope.computed_at,
        cache: "browser",
        browser: true,
      },
    };
  }

  /** Give the memory back. */
  async close(): Promise<void> {
    await this.engine.within(async () => {
      await this.database.runQuery(this.connection, `USE main; DROP SCHEMA IF EXISTS ${this.schema} CASCADE`);
      await this.database.disconnect(this.connection);
    });
  }

  async #run({ sql, values }: Bound): Promise<Uint8Array> {
    const kept = this.#prepared.get(sql);
    const statement = kept ?? this.database.createPrepared(this.connection, sql);
    this.#prepared.delete(sql);
    this.#prepared.set(sql, statement);
    try {
      return await this.database.runPrepared(this.connection, await statement, values);
    } finally {
      await this.#forget();
    }
  }

  async #forget(): Promise<void> {
    const [oldest] = this.#prepared;
    if (this.#prepared.size <= MOST_STATEMENTS || !oldest) return;
    this.#prepared.delete(oldest[0]);
    await this.database.closePrepared(this.connection, await oldest[1]).catch(() => undefined);
  }
}

async function fill(
  database: AsyncDuckDB,
  connection: number,
  schema: string,
  huge: readonly string[],
  rows: Uint8Array,
): Promise<void> {
  await database.runQuery(connection, `CREATE SCHEMA ${schema}; USE ${schema}`);
  const name = huge.length === 0 ? "insight_data" : "insight_rows";
  await database.insertArrowFromIPCStream(connection, rows, { schema, name, create: true });
  if (huge.length === 0) return;
  const casts = huge.map(quoted).map((column) => `CAST(${column} AS HUGEINT) AS ${column}`);
  const made = `CREATE TABLE insight_data AS SELECT * REPLACE (${casts.join(", ")}) FROM insight_rows`;
  await database.runQuery(connection, `${made}; DROP TABLE insight_rows`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function readEnvelope(rows: Uint8Array): Envelope {
  const text = RecordBatchReader.from(rows).open().schema.metadata.get(METADATA_KEY);
  if (text === undefined) throw new Error("the rows carry no envelope");
  return JSON.parse(text) as Envelope;
}
