import type { Connection, Dataset, TableColumn, TableDetail, TableEntry } from "../api/schema";

export type { Connection, Dataset, TableColumn };
export type Table = TableEntry;
export type TableSchema = TableDetail;

/** A table with its way there. */
export interface Place {
  connection: Connection;
  dataset: Dataset;
  table: Table;
}
