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
  /** The default as a value, date words told by the dashboard's own day. */
  resolved?: unknown;
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

/** What a gesture on a chart chooses: a stretch of the x axis, or a mark's value of one column. */
export interface Interact {
  on: "brush" | "click";
  input: string;
  prop: string;
}

/** A text with references to inputs, in parts. */
export type TemplatePart = string | { input: string; accessor: string };

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
  /** What the view draws when it draws no insight. */
  trace?: string | null;
  interact?: Interact[];
  /** Texts that name inputs, by where they stand: `title`, `description`, `unit`, `alt_text`, `text`, `labels.x`. */
  templates?: Record<string, TemplatePart[]>;
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
  /** The day it is in the dashboard's time zone, as an ISO date. */
  today?: string;
  timezone?: string;
  inputs: Record<string, InputSpec>;
  views: Record<string, ViewSpec>;
  layout: { rows: LayoutRow[] };
}

export type Cell = string | number | boolean | null;

/** Values in order, read one at a time: a plain array is one. Holds JSON values, dates as ISO 8601 texts or as Dates. */
export interface Column {
  readonly length: number;
  at(index: number): unknown;
}
export type Columns = Record<string, Column>;

export interface ColumnInfo {
  name: string;
  type: string;
  label?: string | null;
}

export type InsightMode = "static" | "grouped" | "rows" | "server";

export interface AnswerMetadata {
  split_column: string | null;
  columns: ColumnInfo[];
  rows: number;
  truncated: boolean;
  bytes_scanned: number | null;
  computed_at: string;
  cache: string;
  input_dependencies?: string[];
  mode?: InsightMode;
  mode_reason?: string;
  /** Whether the rows may be asked for by `stage=pre`. */
  browser?: boolean;
}

export interface Insight {
  data: Columns;
  query?: string;
  metadata: AnswerMetadata;
}

/** A trace's columns apart by cohort; the rows without a cohort have a place of their own. */
export interface Trace {
  data: Record<string, Columns>;
  null_cohort?: Columns | null;
  metadata: AnswerMetadata;
}

export interface Failure {
  code: string;
  message: string;
  hint?: string | null;
}

export type InsightAnswer = Insight | { error: Failure };
export type TraceAnswer = Trace | { error: Failure };

export interface InputState {
  value: unknown;
  options?: unknown[] | null;
}

export interface DataAnswer {
  dashboard: string;
  revision: number;
  generated_at: string;
  insights: Record<string, InsightAnswer>;
  traces?: Record<string, TraceAnswer>;
  inputs?: Record<string, InputState>;
}
