/** The shapes of the HTTP API that the page reads. */

export interface Me {
  name: string;
  role: string;
  team: string;
}

export interface DashboardEntry {
  slug: string;
  title: string;
  description: string | null;
  revision: number;
  view_types: string[];
  owner: string | null;
  draft: boolean;
  updated_at: string;
}

export type InputType = "select" | "multi_select" | "date_range" | "number_range" | "text" | "toggle";

export interface InputSpec {
  type: InputType;
  label?: string | null;
  default?: unknown;
  min?: number | null;
  max?: number | null;
  [key: string]: unknown;
}

/** A column a view shows. Where `certain` is false, the type of the data decides its kind. */
export interface ViewField {
  key: string;
  label: string;
  kind: string;
  certain: boolean;
  channels: string[];
}

export interface ViewSpec {
  name: string;
  type: string;
  title: string | null;
  description?: string | null;
  insight: string | null;
  vega_lite: Record<string, unknown> | null;
  table: Record<string, unknown> | null;
  metric: Record<string, unknown> | null;
  text: string | null;
  alt_text?: string;
  fields?: ViewField[];
}

export type RowHeight = "sm" | "md" | "lg";

export interface LayoutRow {
  height: RowHeight;
  items: { view: string; span: number }[];
}

export interface DashboardPageSpec {
  slug: string;
  revision: number;
  draft?: boolean;
  title: string;
  description: string | null;
  theme: string | null;
  connection: string;
  inputs: Record<string, InputSpec>;
  views: Record<string, ViewSpec>;
  layout: { rows: LayoutRow[] };
}

export type Cell = string | number | boolean | null;
export type Columns = Record<string, unknown[]>;

export interface ColumnInfo {
  name: string;
  type: string;
  label?: string | null;
}

export interface Insight {
  data: Columns;
  query?: string;
  metadata: {
    split_column: string | null;
    columns: ColumnInfo[];
    rows: number;
    truncated: boolean;
    bytes_scanned: number | null;
    computed_at: string;
    cache: string;
  };
}

export interface Failure {
  code: string;
  message: string;
  hint?: string | null;
}

export type InsightAnswer = Insight | { error: Failure };

export interface InputState {
  value: unknown;
  options?: unknown[] | null;
}

export interface DataAnswer {
  dashboard: string;
  revision: number;
  generated_at: string;
  insights: Record<string, InsightAnswer>;
  inputs?: Record<string, InputState>;
}
