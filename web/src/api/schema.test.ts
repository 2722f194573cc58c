import { readFileSync } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import { readDescription, typesOf } from "../../dev/types.mjs";
import type * as schema from "./schema";
import type { DashboardEntry, DashboardPageSpec, DataAnswer, Failure, InputState, Me } from "./types";

test("the types are those of the API's description", async () => {
  const written = readFileSync(new URL("./schema.ts", import.meta.url), "utf8");
  expect(written, "run: make schemas").toBe(await typesOf(readDescription()));
});

/** The same type without its name: only such a type may be read as one with any further keys. */
type Plain<T> = T extends object ? { [Key in keyof T]: T[Key] } : T;
type Inputs = Record<string, Plain<schema.DashboardPage["inputs"][string]>>;

test("what the page reads is what the server says", () => {
  expectTypeOf<schema.Me>().toExtend<Me>();
  expectTypeOf<schema.DashboardEntry>().toExtend<DashboardEntry>();
  expectTypeOf<Omit<schema.DashboardPage, "inputs"> & { inputs: Inputs }>().toExtend<DashboardPageSpec>();
  expectTypeOf<schema.DataAnswer>().toExtend<DataAnswer>();
  expectTypeOf<schema.InputState>().toExtend<InputState>();
  expectTypeOf<schema.Problem>().toExtend<Failure>();
  expectTypeOf<schema.Preview["page"]["views"]>().toExtend<DashboardPageSpec["views"]>();
});
