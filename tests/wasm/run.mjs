// DuckDB-WASM as the browser has it, behind a pipe: one framed request in, one framed answer out, until stdin ends.
// A frame: uint32 LE length of a JSON header, the header, then the bytes the header speaks of.
//   request: {tables: [{name, bytes, hugeints}], statements: [{sql, params}]} + the Arrow IPC streams
//   answer:  {results: [{bytes} | {error}]} + the Arrow IPC files of the results
// argv: the dist folder of @duckdb/duckdb-wasm.
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

const dist = process.argv[2];
const duckdb = createRequire(import.meta.url)(join(dist, "duckdb-node.cjs"));
const SETTINGS = ["SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false"];

// The package's blocking build for Node does not start with the exceptions build (every statement fails with "expression
// depth limit of 0"), so its worker runs in a thread that looks like a web worker to it.
const worker = new Worker(
  `const { parentPort } = require("node:worker_threads");
   console.log = () => {}; // it prints every refused statement, and stdout is ours
   globalThis.postMessage = (data, moved) => parentPort.postMessage(data, moved);
   parentPort.on("message", (data) => globalThis.onmessage({ data }));
   require(${JSON.stringify(join(dist, "duckdb-node-eh.worker.cjs"))});`,
  { eval: true },
);
worker.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), {
  addEventListener: (kind, listener) => kind === "message" && worker.on("message", (data) => listener({ data })),
  removeEventListener: () => {},
  postMessage: (data, moved) => worker.postMessage(data, moved),
  terminate: () => worker.terminate(),
});
await database.instantiate(join(dist, "duckdb-eh.wasm"));

const chunks = process.stdin[Symbol.asyncIterator]();
let waiting = Buffer.alloc(0);

async function read(count) {
  while (waiting.length < count) {
    const { value, done } = await chunks.next();
    if (done) return null;
    waiting = Buffer.concat([waiting, value]);
  }
  const bytes = Uint8Array.prototype.slice.call(waiting, 0, count);
  waiting = waiting.subarray(count);
  return bytes;
}

const write = (bytes) =>
  new Promise((done, failed) => process.stdout.write(bytes, (error) => (error ? failed(error) : done())));

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

async function load(connection, table, bytes) {
  const huge = table.hugeints.length > 0;
  const loaded = huge ? `${table.name}_rows` : table.name;
  await connection.insertArrowFromIPCStream(bytes, { name: loaded, create: true });
  if (!huge) return;
  const casts = table.hugeints.map((name) => `CAST(${quoted(name)} AS HUGEINT) AS ${quoted(name)}`);
  const made = `CREATE TABLE ${table.name} AS SELECT * REPLACE (${casts.join(", ")}) FROM ${loaded}`;
  await database.runQuery(connection.useUnsafe((_, id) => id), made);
}

async function run(id, { sql, params }) {
  let statement = null;
  try {
    statement = await database.createPrepared(id, sql);
    return { bytes: await database.runPrepared(id, statement, params) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  } finally {
    if (statement !== null) await database.closePrepared(id, statement);
  }
}

async function answer(request, streams) {
  const connection = await database.connect();
  const id = connection.useUnsafe((_, found) => found);
  try {
    for (const [at, table] of request.tables.entries()) await load(connection, table, streams[at]);
    const results = [];
    for (const one of request.statements) results.push(await run(id, one));
    return results;
  } catch (error) {
    return request.statements.map(() => ({ error: `loading: ${error.message ?? error}` }));
  } finally {
    for (const { name } of request.tables) await database.runQuery(id, `DROP TABLE IF EXISTS ${name}`);
    for (const { name } of request.tables) await database.runQuery(id, `DROP TABLE IF EXISTS ${name}_rows`);
    await connection.close();
  }
}

await database.open({ path: ":memory:" });
const first = await database.connect();
for (const setting of SETTINGS) await first.query(setting);
await first.close();
for (;;) {
  const length = await read(4);
  if (length === null) process.exit(0);
  const request = JSON.parse(new TextDecoder().decode(await read(new DataView(length.buffer).getUint32(0, true))));
  const streams = [];
  for (const table of request.tables) streams.push(await read(table.bytes));
  const results = await answer(request, streams);
  const lengths = results.map((one) => (one.bytes ? { bytes: one.bytes.length } : one));
  const header = new TextEncoder().encode(JSON.stringify({ results: lengths }));
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, header.length, true);
  await write(Buffer.concat([prefix, header, ...results.flatMap((one) => one.bytes ?? [])]));
}
