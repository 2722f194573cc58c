/**
 * What the page reads of the HTTP API: names of the generated types (schema.ts), and the page's own looser views of
 * them, which a test holds against what the server says.
 */
import type {
  Me as Asker,
  DashboardEntry as Entry,
  InputReference,
  Interact,
  Labelled,
  Layout,
  LayoutRow,
  Metadata,
  PageDateRange,
  PageMultiSelect,
  PageNumberRange,
  PageSelect,
  PageText,
  PageToggle,
  Problem,
  ViewField,
} from "./schema";

export type {
  CheckedInsight,
  CheckedQuery,
  Connection,
  ConnectionList,
  DashboardList,
  DashboardPage,
  Dataset,
  DatasetList,
  Finding,
  Interact,
  LayoutItem,
  LayoutRow,
  Option,
  Preview,
  ProblemDocument,
  RevisionEntry,
  RevisionList,
  SavedDashboard,
  Session,
  SessionDetail,
  SessionList,
  TableColumn,
  TableDetail,
  TableEntry,
  TableList,
  Thumbnail as ThumbnailAnswer,
  TurnEvent,
  TurnRecord,
  Validation,
  ViewField,
  Warmed,
  WarmProgress,
} from "./schema";

export type Me = Omit<Asker, "role"> & { role: string };

export type DashboardEntry = Pick<
  Entry,
  "slug" | "title" | "description" | "revision" | "view_types" | "draft" | "updated_at"
> & { owner: string | null };

export type PageInput =
  | PageSelect
  | PageMultiSelect
  | PageDateRange
  | PageNumberRange
  | PageText
  | PageToggle;
export type InputType = PageInput["type"];

/** Any input, for code that reads what its type may have. */
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

/** A text with references to inputs, in parts. */
export type TemplatePart = string | InputReference;

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

export type RowHeight = LayoutRow["height"];

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
  layout: Layout;
}

export type Cell = string | number | boolean | null;

/** Values in order, read one at a time: a plain array is one. Holds JSON values, dates as ISO 8601 texts or as Dates. */
export interface Column {
  readonly length: number;
  at(index: number): unknown;
}
export type Columns = Record<string, Column>;

export type ColumnInfo = Pick<Labelled, "name"> & { type: string; label?: string | null };

export type InsightMode = Metadata["mode"];

/** What is known of an answer, computed by the server or by this browser. */
export type AnswerMetadata = Pick<Metadata, "split_column" | "rows" | "truncated" | "computed_at"> &
  Partial<Pick<Metadata, "input_dependencies" | "mode" | "mode_reason" | "browser">> & {
    columns: ColumnInfo[];
    bytes_scanned: number | null;
    /** As estimated before it ran and as billed; null where the warehouse does not bill, or does not say. */
    bytes_estimated?: number | null;
    bytes_billed?: number | null;
    usd?: number | null;
    /** `miss`, `hit`, `shared`, `stale`, `last_good`, or `browser`. */
    cache: string;
    /** Why rows that are no longer the newest are shown. */
    cache_reason?: string | null;
  };

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

export type Failure = Pick<Problem, "code" | "message"> & { hint?: string | null; details?: unknown };

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
