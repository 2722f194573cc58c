import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import scriptUrl from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import moduleUrl from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import { Engine } from "./duckdb";

/** For compiling and opening, once the file is here: a start that failed in the worker is never heard of. */
const START_MS = 10_000;
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** The engine in a worker of its own, from files of our own server. Rejects where it cannot run. */
export async function startEngine(): Promise<Engine> {
  new WebAssembly.Module(EMPTY_MODULE); // throws where a policy forbids WebAssembly
  const downloadMs = await download(moduleUrl);
  const worker = new Worker(scriptUrl);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", () => reject(new Error("the worker does not load")));
    // Where the browser kept no copy of the file, the worker loads it once more.
    timer = setTimeout(() => reject(new Error("the start takes too long")), START_MS + 2 * downloadMs);
  });
  try {
    return await Promise.race([open(worker), failed]);
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function open(worker: Worker): Promise<Engine> {
  const database = new AsyncDuckDB(new VoidLogger(), worker);
  await database.instantiate(moduleUrl);
  await database.open({ query: { castBigIntToDouble: false, castDecimalToDouble: false } });
  return await Engine.over(database);
}

/** Fill the browser's cache without hurry; the milliseconds it took. */
async function download(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, { priority: "low" });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read());
  return performance.now() - start;
}
