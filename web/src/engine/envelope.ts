import type { Statement } from "./statement";

/** What the server says of an insight's rows; it travels in the Arrow schema. */
export interface Envelope extends Statement {
  insight: string;
  row_limit: number;
  limit_is_the_authors: boolean;
  /** Columns that crossed as decimals and were HUGEINT. */
  hugeints: readonly string[];
  split_column: string | null;
  input_dependencies: readonly string[];
  columns: readonly { name: string; label: string }[];
  bytes_scanned: number | null;
  computed_at: string;
  mode?: string;
  mode_reason?: string;
}

export const METADATA_KEY = "dashbridge";
