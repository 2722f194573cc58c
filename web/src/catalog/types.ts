export interface Connection {
  id: string;
  name: string;
  kind: string;
  ai_access: string;
  max_bytes_per_query: number;
  default_dataset: string | null;
  allowed_datasets: string[] | null;
  status: string;
  validated_at: string | null;
  scanned_at: string | null;
}

export interface Dataset {
  id: string;
  name: string;
  description: string | null;
  scanned_at: string | null;
}

export interface Table {
  id: string;
  name: string;
  kind: string;
  rows: number | null;
  bytes: number | null;
  description: string | null;
}

export interface TableColumn {
  name: string;
  type: string;
  /** What the values are, whatever the warehouse calls their type: `text`, `integer`, `timestamp` … */
  kind: string;
  nullable: boolean;
  distinct: number | null;
  description: string | null;
}

export interface TableSchema extends Table {
  dataset: string;
  partitioned_by: string | null;
  clustered_by: string[];
  columns: TableColumn[];
}

/** A table with its way there. */
export interface Place {
  connection: Connection;
  dataset: Dataset;
  table: Table;
}
