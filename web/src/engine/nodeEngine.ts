import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { Engine } from "./duckdb";

const DIST = dirname(createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm"));

/** The browser's engine in a thread of Node, for tests: the same WebAssembly, whose worker finds what it needs here. */
export async function engineInNode(): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const thread = new Worker(
    `const { parentPort } = require("node:worker_threads");
     globalThis.postMessage = (data, moved) => parentPort.postMessage(data, moved);
     parentPort.on("message", (data) => globalThis.onmessage({ data }));
     require(${JSON.stringify(join(DIST, "duckdb-node-eh.worker.cjs"))});`,
    { eval: true, stdout: true, stderr: true },
  );
  const asWorker = {
    addEventListener: (kind: string, listener: (event: { data: unknown }) => void) =>
      kind === "message" && thread.on("message", (data) => listener({ data })),
    removeEventListener: () => undefined,
    postMessage: (data: unknown, moved: ArrayBuffer[]) => thread.postMessage(data, moved),
    terminate: () => thread.terminate(),
  };
  const database = new AsyncDuckDB(new VoidLogger(), asWorker as unknown as globalThis.Worker);
  await database.instantiate(join(DIST, "duckdb-eh.wasm"));
  await database.open({});
  return { engine: await Engine.over(database), stop: async () => void (await thread.terminate()) };
}
