import { readFileSync } from "node:fs";
import type { ColumnInfo, InputSpec } from "../api/types";
import type { Chosen } from "../inputs/params";
import type { Placeholder } from "./statement";

/** What the server said; `web/dev/record_answers.py` writes it. For tests. */
export const recorded: {
  specs: Record<string, InputSpec>;
  places: Placeholder[];
  /** Without `shown`, the server refuses the choice. */
  choices: {
    chosen: Chosen;
    shown?: Record<string, unknown>;
    sent?: Record<string, { sql: string; values: unknown[] }>;
  }[];
  cells: { rows: string; truncated: boolean; columns: ColumnInfo[]; data: Record<string, unknown[]> }[];
} = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8"));
