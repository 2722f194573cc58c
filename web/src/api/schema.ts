// Written by `make schemas` from the description of the HTTP API. Not to be edited.

/**
 * What an actor wants to do, to a thing or in its team.
 */
export type Action = "view" | "browse" | "chat" | "edit" | "delete" | "connect" | "administer" | "override";
/**
 * The data; or, with `manifest=1`, what it was computed from.
 */
export type DataOrManifest = DataAnswer | Manifest;
/**
 * A principal's role in its team.
 */
export type Role = "admin" | "editor" | "viewer";
/**
 * One insight or trace; or, with `stage=pre`, what makes it of the rows under it.
 */
export type OneAnswer = OneInsight | OneTrace | PreEnvelope;

/**
 * Charged bytes, and their money: an upper bound, since clustering and caches make the bill smaller.
 */
export interface Amount {
  bytes: number;
  usd: number;
}
/**
 * A BigQuery project, and in whose name it is asked.
 *
 * `credentials`: `default` is the server's own identity, `impersonate` the account of that email through it, and
 * `service_account` an account by the JSON of its key. Tables of `projects` may be named beside those of `project`.
 */
export interface BigQuerySettings {
  /**
   * The project of the data.
   */
  project: string;
  /**
   * Other projects whose tables may be named.
   *
   * @maxItems 100
   */
  projects?: string[];
  /**
   * Where jobs run, e.g. US.
   */
  location?: string | null;
  /**
   * The project that pays, if another.
   */
  billing_project?: string | null;
  credentials?: "default" | "service_account" | "impersonate";
  /**
   * The JSON of the account's key.
   */
  service_account?: string | null;
  /**
   * Email of the account to act as.
   */
  impersonate?: string | null;
  /**
   * Seconds one job may take at most.
   */
  timeout_s?: number | null;
}
/**
 * A budget in bytes; `limit` and `left` are null where there is none.
 */
export interface BudgetState {
  name: "turn" | "refresh" | "team_day";
  limit: number | null;
  used: number;
  left: number | null;
}
/**
 * How an insight would be computed; `bytes_scanned` is that of its pre-query, null where it has none.
 */
export interface CheckedInsight {
  name: string;
  /**
   * What is left to do when an input changes: nothing, merge groups, compute from rows, ask again.
   */
  mode: "static" | "grouped" | "rows" | "server";
  bytes_scanned: number | null;
}
/**
 * What a query would read, the most it may, and the columns it gives.
 */
export interface CheckedQuery {
  name: string;
  columns: ResultColumn[];
  bytes_scanned: number;
  limit: number;
}
/**
 * A column of a query's result, its type in the engine's words.
 */
export interface ResultColumn {
  name: string;
  type: string;
}
/**
 * A connection; its settings stay sealed.
 */
export interface Connection {
  id: string;
  name: string;
  kind: string;
  ai_access: "schema" | "aggregates" | "samples";
  max_bytes_per_query: number;
  default_dataset: string | null;
  allowed_datasets: string[] | null;
  status: string;
  validated_at: string | null;
  scanned_at: string | null;
}
/**
 * The team's connections, by name.
 */
export interface ConnectionList {
  connections: Connection[];
}
/**
 * What was read: as estimated before, as billed after; `unsettled` queries have no billed bytes (yet).
 */
export interface CostSums {
  queries: number;
  /**
   * Plans over a budget, of which nothing was run.
   */
  refused: number;
  unsettled: number;
  estimated: number;
  billed: number;
  usd_estimated: number;
  usd_billed: number;
}
/**
 * A dashboard's share; null for what no dashboard asked.
 */
export interface CostsOfDashboard {
  queries: number;
  /**
   * Plans over a budget, of which nothing was run.
   */
  refused: number;
  unsettled: number;
  estimated: number;
  billed: number;
  usd_estimated: number;
  usd_billed: number;
  dashboard: string | null;
}
/**
 * The share of one door: chat, data, preview, warm, …
 */
export interface CostsOfPurpose {
  queries: number;
  /**
   * Plans over a budget, of which nothing was run.
   */
  refused: number;
  unsettled: number;
  estimated: number;
  billed: number;
  usd_estimated: number;
  usd_billed: number;
  purpose: string;
}
/**
 * What a dashboard reads at most, for its inputs as they stand.
 *
 * `refresh`: all of it, computed anew; `now`: what is not at hand already. A statement that several views share counts
 * in each of them, and once in the sums.
 */
export interface DashboardCost {
  connection: string;
  currency: "USD";
  usd_per_tib: number;
  upper_bound: true;
  queries: {
    [k: string]: Amount;
  };
  views: {
    [k: string]: Amount;
  };
  refresh: Amount;
  now: Amount;
  budgets: BudgetState[];
}
/**
 * What is known of a dashboard without its file.
 */
export interface DashboardEntry {
  slug: string;
  title: string;
  description: string | null;
  revision: number;
  draft: boolean;
  view_types: string[];
  connection: string;
  owner: string;
  yaml_uri: string;
  yaml_sha256: string;
  created_at: string;
  updated_at: string;
}
/**
 * The team's dashboards, the last changed first.
 */
export interface DashboardList {
  dashboards: DashboardEntry[];
}
/**
 * What is needed to lay a dashboard out and draw it; `today` is the day in its time zone.
 *
 * `revision` is 0 in the preview of a file that replaces nothing.
 */
export interface DashboardPage {
  slug: string;
  revision: number;
  draft: boolean;
  title: string;
  description: string | null;
  theme: string;
  connection: string;
  timezone: string;
  today: string;
  inputs: {
    [k: string]: PageSelect | PageMultiSelect | PageDateRange | PageNumberRange | PageText | PageToggle;
  };
  views: {
    [k: string]: View;
  };
  layout: Layout;
  warnings: Finding[];
}
/**
 * One value out of many.
 */
export interface PageSelect {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  /**
   * The values to choose from: a list, {query, column, label_column?, filter?} or {range: …}.
   */
  options: (boolean | number | string)[] | OptionsQuery | OptionsRange;
  /**
   * How a chosen value is compared; when left out, as options listed or counted are, else as text.
   */
  value_type?: ("text" | "integer" | "number" | "decimal" | "date" | "boolean") | null;
  type: "select";
  /**
   * all (no restriction), none, or one value; the value all itself is written =all.
   */
  default?: boolean | number | string;
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * Options taken from a query's result.
 */
export interface OptionsQuery {
  /**
   * The query whose rows are the options.
   */
  query: string;
  /**
   * The column of the values.
   */
  column: string;
  /**
   * The column of the texts shown; the value itself when left out.
   */
  label_column?: string | null;
  /**
   * Which of its rows are offered; may ask for other inputs: state = ${ref(state).value}
   */
  filter?: string | null;
}
/**
 * Options counted out between two numbers or two days, at most 1,000.
 */
export interface OptionsRange {
  range: Steps;
}
/**
 * Numbers or days one step apart, from the first end; the last end is offered when a step hits it.
 */
export interface Steps {
  /**
   * A number, a day (2013-01-31) or a date word (start_of_year).
   */
  from: number | string;
  /**
   * A number, or a day or date word: the greatest value that may be offered.
   */
  to: number | string;
  /**
   * A number above 0 between numbers; `1 month` and so on between days.
   */
  step: number | string;
}
/**
 * Several values out of many.
 */
export interface PageMultiSelect {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  /**
   * The values to choose from: a list, {query, column, label_column?, filter?} or {range: …}.
   */
  options: (boolean | number | string)[] | OptionsQuery | OptionsRange;
  /**
   * How a chosen value is compared; when left out, as options listed or counted are, else as text.
   */
  value_type?: ("text" | "integer" | "number" | "decimal" | "date" | "boolean") | null;
  type: "multi_select";
  /**
   * all (no restriction), none, one value or a list of values.
   */
  default?: (boolean | number | string)[] | boolean | number | string;
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * A span of days.
 */
export interface PageDateRange {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  type: "date_range";
  /**
   * all, {from, to}, or words: `last 90 days`, {from: start_of_month - 3 months, to: today}.
   */
  default?: DateSpan | string;
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * Two dates, both included; one left out leaves that end open.
 */
export interface DateSpan {
  /**
   * First day: 2013-01-01 or a date word.
   */
  from?: string | null;
  /**
   * Last day, included: 2013-12-31 or a date word.
   */
  to?: string | null;
}
/**
 * A span of numbers.
 */
export interface PageNumberRange {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  type: "number_range";
  /**
   * The least number the control offers.
   */
  min?: number | null;
  /**
   * The greatest number the control offers.
   */
  max?: number | null;
  step?: number | null;
  value_type?: "integer" | "number" | "decimal";
  default?: NumberSpan | "all";
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * Two numbers, both included; one left out leaves that end open.
 */
export interface NumberSpan {
  min?: number | null;
  max?: number | null;
}
/**
 * Free text.
 */
export interface PageText {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  type: "text";
  default?: string;
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * On or off.
 */
export interface PageToggle {
  /**
   * What the viewer reads beside the control.
   */
  label?: string | null;
  description?: string | null;
  type: "toggle";
  default?: boolean;
  /**
   * The default as a value, date words told by the dashboard's own day.
   */
  resolved: unknown;
}
/**
 * A view; one of `vega_lite`, `table`, `metric` and `text` is set.
 *
 * `templates` holds, for the texts that name inputs (`title`, `description`, `unit`, `alt_text`, `text`, `labels.x`),
 * their parts.
 */
export interface View {
  name: string;
  type: string;
  title: string;
  insight: string | null;
  trace: string | null;
  vega_lite: {
    [k: string]: unknown;
  } | null;
  table: {
    [k: string]: unknown;
  } | null;
  metric: {
    [k: string]: unknown;
  } | null;
  text: string | null;
  description: string | null;
  alt_text: string;
  fields: ViewField[];
  interact: Interact[];
  templates: {
    [k: string]: (string | InputReference)[];
  };
}
/**
 * A column that a view shows. Unless `certain`, the type of the data decides its kind.
 */
export interface ViewField {
  key: string;
  label: string;
  kind: string;
  certain: boolean;
  channels: string[];
  format?: string;
  unit?: string;
}
/**
 * What a gesture on a chart chooses: a stretch of the x axis, or a mark's value of one column.
 */
export interface Interact {
  on: "brush" | "click";
  input: string;
  prop: string;
}
/**
 * Where a text names an input.
 */
export interface InputReference {
  input: string;
  accessor: string;
}
/**
 * Rows from top to bottom.
 */
export interface Layout {
  rows: LayoutRow[];
}
/**
 * Views side by side.
 */
export interface LayoutRow {
  height: "sm" | "md" | "lg";
  items: LayoutItem[];
}
/**
 * A view in a row, and how many of 12 columns it takes.
 */
export interface LayoutItem {
  view: string;
  span: number;
}
/**
 * One thing that is wrong or worth saying: where (a path in the file, its line and column), and what to do.
 */
export interface Finding {
  code: string;
  message: string;
  path?: string;
  line?: number;
  column?: number;
  hint?: string;
}
/**
 * A dashboard's data for the inputs as they stand: an answer or an error for each insight and trace.
 */
export interface DataAnswer {
  dashboard: string;
  revision: number;
  manifest_id: string;
  generated_at: string;
  inputs: {
    [k: string]: InputState;
  };
  errors?: {
    [k: string]: Problem | OverBudgetProblem;
  };
  insights: {
    [k: string]: InsightAnswer | FailedInsight;
  };
  traces?: {
    [k: string]: TraceAnswer | FailedInsight;
  };
}
/**
 * An input as it stands; `options` is null where it has none to choose from.
 */
export interface InputState {
  value: unknown;
  options: Option[] | null;
  error?: Problem | OverBudgetProblem;
}
/**
 * A value to choose, and the text shown for it.
 */
export interface Option {
  value: unknown;
  label: string;
}
/**
 * Why a part of an answer is missing.
 */
export interface Problem {
  code: string;
  message: string;
  hint: string | null;
  status: number;
}
/**
 * It is missing because its plan is over a budget (`over_budget`).
 */
export interface OverBudgetProblem {
  code: string;
  message: string;
  hint: string | null;
  status: number;
  details: OverBudget;
}
/**
 * The plan that was not run, what it would have cost at most, and what the budget has left (in bytes).
 */
export interface OverBudget {
  budget: "turn" | "refresh" | "team_day";
  estimate: number;
  usd: number;
  limit: number;
  left: number;
  plan_sha256: string;
}
/**
 * One insight of a data answer.
 */
export interface InsightAnswer {
  /**
   * Aligned by index. Keys: props.NAME, columns.NAME and the split's column. Missing values are null.
   */
  data: {
    [k: string]: unknown[];
  };
  query: string;
  interactions: Interaction[];
  metadata: Metadata;
}
/**
 * One of the insight's interactions, as written.
 */
export interface Interaction {
  [k: string]: string;
}
/**
 * What is known of the data.
 */
export interface Metadata {
  split_column: string | null;
  input_dependencies: string[];
  requires_groupby: boolean;
  /**
   * What is left to do when an input changes: nothing, merge groups, compute from rows, ask again.
   */
  mode: "static" | "grouped" | "rows" | "server";
  mode_reason: string;
  columns: DataColumn[];
  rows: number;
  truncated: boolean;
  bytes_scanned: number;
  /**
   * Charged bytes, as estimated before; null where reading costs nothing.
   */
  bytes_estimated: number | null;
  /**
   * Charged bytes, as billed; null where the warehouse does not say.
   */
  bytes_billed: number | null;
  computed_at: string;
  /**
   * Whether the rows under it may be asked for with ?stage=pre.
   */
  browser: boolean;
  /**
   * Where the rows were found: kept in this process, nowhere (computed now), kept for all processes, kept and due to be renewed, or kept from before the warehouse failed.
   */
  cache: "hit" | "miss" | "shared" | "stale" | "last_good";
  /**
   * Why it was found there, in a few words.
   */
  cache_reason: string;
  /**
   * Of the dashboard's file.
   */
  revision_sha256: string;
  /**
   * Of the statement that the warehouse ran.
   */
  sql_sha256: string;
  /**
   * Of the policy and row scope that it ran under.
   */
  scope_sha256: string;
  tables: SourceTable[];
}
/**
 * A column of the data. `text`: its values are written as strings, since JSON numbers would not hold them.
 */
export interface DataColumn {
  name: string;
  label: string;
  type:
    | "integer"
    | "decimal"
    | "float"
    | "boolean"
    | "text"
    | "date"
    | "time"
    | "timestamp"
    | "timestamptz"
    | "interval"
    | "bytes"
    | "json";
  encoding: "json" | "text";
}
/**
 * A table that was read, and when its data last changed; null where the warehouse does not say.
 */
export interface SourceTable {
  name: string;
  last_modified: string | null;
}
/**
 * An insight that has no data while others have.
 */
export interface FailedInsight {
  error: Problem | OverBudgetProblem;
}
/**
 * One trace of a data answer: columns by cohort; those of rows without a cohort apart.
 */
export interface TraceAnswer {
  data: {
    /**
     * Aligned by index. Keys: props.NAME, columns.NAME and the split's column. Missing values are null.
     */
    [k: string]: {
      [k: string]: unknown[];
    };
  };
  null_cohort: {
    [k: string]: unknown[];
  } | null;
  metadata: Metadata;
}
/**
 * What an answer was computed from.
 *
 * `manifest_id` is the SHA-256 of all but itself and `runs`, as JSON with sorted keys, no blanks and ASCII alone.
 * Insights are named as in the answer, traces `traces.NAME`.
 */
export interface Manifest {
  version: 1;
  manifest_id: string;
  dashboard: string;
  revision: number;
  revision_sha256: string;
  inputs: {
    [k: string]: unknown;
  };
  options_sha256: {
    [k: string]: string;
  };
  insights: {
    [k: string]: StatedInsight | FailedStatement;
  };
  runs: {
    [k: string]: Run;
  };
}
/**
 * What an insight's numbers were computed from; `data_sha256` is of the JSON of its `data`, byte for byte.
 */
export interface StatedInsight {
  data_sha256: string;
  sql_sha256: string;
  scope_sha256: string;
  tables: SourceTable[];
  rows: number;
  truncated: boolean;
}
/**
 * An insight that has no data.
 */
export interface FailedStatement {
  error: FailedPart;
}
/**
 * What failed in a manifest.
 */
export interface FailedPart {
  code: string;
  message: string;
}
/**
 * How an insight's rows were come by.
 */
export interface Run {
  computed_at: string;
  bytes_scanned: number;
  bytes_estimated: number | null;
  bytes_billed: number | null;
  /**
   * Where the rows were found: kept in this process, nowhere (computed now), kept for all processes, kept and due to be renewed, or kept from before the warehouse failed.
   */
  cache: "hit" | "miss" | "shared" | "stale" | "last_good";
  cache_reason: string;
}
/**
 * A dataset as of the last scan.
 */
export interface Dataset {
  id: string;
  name: string;
  description: string | null;
  scanned_at: string | null;
}
/**
 * The datasets of a connection.
 */
export interface DatasetList {
  datasets: Dataset[];
}
/**
 * One UTC day.
 */
export interface DayCosts {
  queries: number;
  /**
   * Plans over a budget, of which nothing was run.
   */
  refused: number;
  unsettled: number;
  estimated: number;
  billed: number;
  usd_estimated: number;
  usd_billed: number;
  day: string;
}
/**
 * How an insight is computed. The statements are null where the server computes it in one go.
 */
export interface DescribedInsight {
  /**
   * What is left to do when an input changes: nothing, merge groups, compute from rows, ask again.
   */
  mode: "static" | "grouped" | "rows" | "server";
  mode_reason: string;
  query: string;
  pre_query: string | null;
  post_query: string | null;
  parameters: Parameter[];
  interactions: Interaction[];
  input_dependencies: string[];
  requires_groupby: boolean;
  split_column: string | null;
  row_limit: number;
  columns: Labelled[];
}
/**
 * One `?` of the post-query, in order, and what is bound there.
 *
 * `value`: the accessor's value, NULL where nothing is chosen; a list with a `cast` becomes one `CAST(? AS cast)` a
 * value, one of NULL when it is empty. `open`: whether the accessor restricts nothing. `some`: whether a value is
 * chosen. Integers, decimals and dates are bound as text.
 */
export interface Parameter {
  input: string;
  accessor: "value" | "values" | "min" | "max" | "first" | "last" | "from" | "to" | "until";
  type: "text" | "integer" | "number" | "decimal" | "date" | "boolean";
  gives: "value" | "open" | "some";
  cast: string | null;
}
/**
 * A column's key and its title.
 */
export interface Labelled {
  name: string;
  label: string;
}
/**
 * How each insight, trace (`traces.NAME`) and narrowed list of options (`options.INPUT`) is computed.
 */
export interface DescribedInsights {
  dashboard: string;
  revision: number;
  insights: {
    [k: string]: DescribedInsight;
  };
}
/**
 * A DuckDB file, named by its path under the team's own folder.
 */
export interface DuckDBSettings {
  path: string;
}
/**
 * 1 good, -1 bad, null neither.
 */
export interface Feedback {
  feedback: number | null;
}
/**
 * The process answers.
 */
export interface Health {
  status: "ok";
}
/**
 * Who is asking, and what they may do in their team.
 */
export interface Me {
  name: string;
  role: Role;
  team: string;
  actions: Action[];
}
/**
 * A BigQuery project to connect. The first of the datasets is what a table name alone means.
 */
export interface NewBigQueryConnection {
  name: string;
  ai_access?: string;
  max_bytes_per_query?: number;
  kind: "bigquery";
  settings: BigQuerySettings;
  /**
   * @minItems 1
   * @maxItems 1000
   */
  allowed_datasets: string[];
}
/**
 * A DuckDB file to connect.
 */
export interface NewDuckDBConnection {
  name: string;
  ai_access?: string;
  max_bytes_per_query?: number;
  kind: "duckdb";
  settings: DuckDBSettings;
  allowed_datasets?: string[] | null;
}
/**
 * A question, what it is asked about, and the turn whose question it asks anew.
 */
export interface NewMessage {
  message: string;
  view?: string | null;
  dashboard?: string | null;
  supersedes?: string | null;
}
/**
 * Where to ask: a connection, or beside a dashboard.
 */
export interface NewSession {
  connection?: string | null;
  dashboard?: string | null;
}
/**
 * `GET /v1/dashboards/{slug}/insights/{name}` of an insight.
 */
export interface OneInsight {
  dashboard: string;
  revision: number;
  insight: string;
  manifest_id: string;
  /**
   * Aligned by index. Keys: props.NAME, columns.NAME and the split's column. Missing values are null.
   */
  data: {
    [k: string]: unknown[];
  };
  query: string;
  interactions: Interaction[];
  metadata: Metadata;
}
/**
 * The same of a trace.
 */
export interface OneTrace {
  dashboard: string;
  revision: number;
  insight: string;
  manifest_id: string;
  data: {
    /**
     * Aligned by index. Keys: props.NAME, columns.NAME and the split's column. Missing values are null.
     */
    [k: string]: {
      [k: string]: unknown[];
    };
  };
  null_cohort: {
    [k: string]: unknown[];
  } | null;
  metadata: Metadata;
}
/**
 * What `?stage=pre` says beside the rows (metadata key `dashbridge` of the Arrow schema).
 *
 * The rows are the table `insight_data`, its `hugeints` cast from DECIMAL to HUGEINT; the post-query gives one row
 * more than `row_limit` where there are more. Its columns are `columns`, by position.
 */
export interface PreEnvelope {
  insight: string;
  mode: "static" | "grouped" | "rows";
  mode_reason: string;
  post_query: string;
  parameters: Parameter[];
  row_limit: number;
  limit_is_the_authors: boolean;
  hugeints: string[];
  split_column: string | null;
  input_dependencies: string[];
  columns: Labelled[];
  bytes_scanned: number;
  computed_at: string;
}
/**
 * An admin's word: exactly this plan may go over its budget, once, until `expires_at`.
 */
export interface Override {
  id: string;
  plan_sha256: string;
  reason: string;
  granted_by: string;
  granted_at: string;
  expires_at: string;
  used_at: string | null;
  used_by: string | null;
}
/**
 * The plan that a problem `over_budget` named, and why it may run.
 */
export interface OverrideBody {
  plan_sha256: string;
  reason: string;
}
/**
 * The newest overrides, used and expired ones too.
 */
export interface OverrideList {
  overrides: Override[];
}
/**
 * A part that answered, after so many milliseconds.
 */
export interface Part {
  status: "ok";
  ms: number;
  schema?: string;
}
/**
 * What a file that is not saved would show; `data` is null where the warehouse does not answer.
 */
export interface Preview {
  page: DashboardPage;
  data: DataAnswer | null;
  warnings: Finding[];
}
/**
 * Why there is no answer; further members are of the error's own.
 */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  hint?: string;
  errors?: Finding[];
  [k: string]: unknown;
}
/**
 * Every part answers; the directory has this schema.
 */
export interface Readiness {
  status: "ready";
  schema: string;
  parts: {
    [k: string]: Part;
  };
}
/**
 * The new slug.
 */
export interface RenameBody {
  slug: string;
}
/**
 * Which revision to bring back.
 */
export interface RestoreBody {
  revision: number;
}
/**
 * One save; `turn_id` is the turn that made it, if a turn did.
 */
export interface RevisionEntry {
  revision: number;
  title: string;
  author: string;
  yaml_uri: string;
  yaml_sha256: string;
  turn_id: string | null;
  created_at: string;
}
/**
 * Every revision, newest first.
 */
export interface RevisionList {
  revisions: RevisionEntry[];
}
/**
 * A save, and the bytes that its statements read, by query and by insight.
 */
export interface SavedDashboard {
  slug: string;
  revision: number;
  yaml_uri: string;
  yaml_sha256: string;
  warnings: Finding[];
  bytes_scanned: {
    [k: string]: number;
  };
  insight_bytes_scanned: {
    [k: string]: number;
  };
}
/**
 * How much a scan found.
 */
export interface ScanResult {
  datasets: number;
  tables: number;
}
/**
 * A conversation; `title` is that of its first question until it is given another.
 */
export interface Session {
  session_id: string;
  title: string | null;
  connection_id: string | null;
  dashboard: string | null;
  created_at: string;
  updated_at: string;
}
/**
 * A session with its turns.
 */
export interface SessionDetail {
  session_id: string;
  title: string | null;
  connection_id: string | null;
  dashboard: string | null;
  created_at: string;
  updated_at: string;
  turns: TurnRecord[];
}
/**
 * A turn: its question, and what was recorded of it.
 */
export interface TurnRecord {
  turn_id: string;
  seq: number;
  status: string;
  feedback: (1 | -1) | null;
  created_at: string;
  message: string | null;
  events: TurnEvent[];
}
/**
 * One event of a turn, as docs/chat-events.md tells; `id` counts from 1 without gaps.
 */
export interface TurnEvent {
  id: number;
  event: string;
  data: {
    [k: string]: unknown;
  };
}
/**
 * The actor's own sessions, the last used first.
 */
export interface SessionList {
  sessions: Session[];
}
/**
 * A new session.
 */
export interface SessionMade {
  session_id: string;
}
/**
 * The token that the server printed, or an API key.
 */
export interface SignInBody {
  token: string;
}
/**
 * Whether there was a turn to stop.
 */
export interface Stopped {
  stopped: boolean;
}
/**
 * A column: its type in the engine's words, its kind in ours; distinct values as the engine estimates them.
 */
export interface TableColumn {
  name: string;
  type: string;
  kind: string;
  nullable: boolean;
  distinct: number | null;
  description: string | null;
}
/**
 * A table with its columns, read from the warehouse now.
 */
export interface TableDetail {
  id: string;
  name: string;
  kind: string;
  rows: number | null;
  bytes: number | null;
  description: string | null;
  dataset: string;
  partitioned_by: string | null;
  clustered_by: string[];
  columns: TableColumn[];
}
/**
 * A table as of the last scan; sizes where the engine knows them.
 */
export interface TableEntry {
  id: string;
  name: string;
  kind: string;
  rows: number | null;
  bytes: number | null;
  description: string | null;
}
/**
 * The tables of a dataset.
 */
export interface TableList {
  tables: TableEntry[];
}
/**
 * The last days, the newest first and none left out, and the budgets as they stand now.
 */
export interface TeamCosts {
  currency: "USD";
  /**
   * Whether a connection of the team bills for what is read.
   */
  priced: boolean;
  days: DayCosts[];
  total: CostSums;
  by_dashboard: CostsOfDashboard[];
  by_purpose: CostsOfPurpose[];
  unsettled: number;
  budgets: BudgetState[];
}
/**
 * One chart of a dashboard and its data (a trace's, where the view draws one); null where none is ready.
 */
export interface Thumbnail {
  dashboard: string;
  revision: number;
  view: View | null;
  insight: InsightAnswer | TraceAnswer | null;
}
/**
 * A session's title.
 */
export interface Title {
  title: string;
}
/**
 * What `useChat` sends, or the short form `{id, message}`; the stored history counts, not the client's.
 */
export interface UIChat {
  id: string;
  messages?: {
    [k: string]: unknown;
  }[];
  message?: unknown;
  connection?: string | null;
  dashboard?: string | null;
  view?: string | null;
}
/**
 * A column of an uploaded table, its type in the engine's words.
 */
export interface UploadedColumn {
  name: string;
  type: string;
}
/**
 * A table made of an uploaded file; `table_id` is its place in the catalog.
 */
export interface UploadedTable {
  connection: Connection;
  dataset: string;
  table: string;
  table_id: string | null;
  rows: number;
  columns: UploadedColumn[];
  replaced: boolean;
}
/**
 * A file that saving would take, and what it would cost for its default inputs.
 */
export interface Validation {
  ok: true;
  title: string;
  warnings: Finding[];
  queries: CheckedQuery[];
  insights: CheckedInsight[];
  cost: DashboardCost;
}
/**
 * How far the data of a revision is computed ahead: `done` of `total` steps, `bytes` at most by dry run.
 *
 * `skipped`: a budget, a cap, a price or the server's end kept it from running; `reason` says which. `idle`: nothing
 * was begun, in this process.
 */
export interface WarmProgress {
  dashboard: string;
  revision: number;
  state: "idle" | "running" | "done" | "failed" | "skipped";
  reason: Problem | OverBudgetProblem | null;
  done: number;
  total: number;
  bytes: number | null;
  started_at: string | null;
  ended_at: string | null;
}
/**
 * What a warm-up found for each insight: its rows were there (hit), are now (miss), or cannot be had.
 */
export interface Warmed {
  dashboard: string;
  revision: number;
  insights: {
    [k: string]: "hit" | "miss" | "error";
  };
}

/** What GET answers as JSON, by path. */
export interface GetAnswers {
  "/healthz": Health;
  "/readyz": Readiness;
  "/v1/me": Me;
  "/v1/connections": ConnectionList;
  "/v1/connections/{connection_id}": Connection;
  "/v1/connections/{connection_id}/datasets": DatasetList;
  "/v1/datasets/{dataset_id}/tables": TableList;
  "/v1/tables/{table_id}": TableDetail;
  "/v1/chat/sessions": SessionList;
  "/v1/chat/sessions/{session_id}": SessionDetail;
  "/v1/dashboards": DashboardList;
  "/v1/dashboards/{slug}": DashboardEntry;
  "/v1/dashboards/{slug}/revisions": RevisionList;
  "/v1/dashboards/{slug}/cost": DashboardCost;
  "/v1/costs": TeamCosts;
  "/v1/overrides": OverrideList;
  "/v1/dashboards/{slug}/page": DashboardPage;
  "/v1/dashboards/{slug}/data": DataOrManifest;
  "/v1/dashboards/{slug}/warm": WarmProgress;
  "/v1/dashboards/{slug}/insights": DescribedInsights;
  "/v1/dashboards/{slug}/insights/{name}": OneAnswer;
  "/v1/dashboards/{slug}/thumbnail": Thumbnail;
}

/** What POST answers as JSON, by path. */
export interface PostAnswers {
  "/v1/connections": Connection;
  "/v1/connections/{connection_id}/validate": Connection;
  "/v1/connections/{connection_id}/scan": ScanResult;
  "/v1/uploads": UploadedTable;
  "/v1/chat/sessions": SessionMade;
  "/v1/chat/sessions/{session_id}/undelete": Session;
  "/v1/chat/sessions/{session_id}/stop": Stopped;
  "/v1/chat/{client_id}/stop": Stopped;
  "/v1/validate": Validation;
  "/v1/preview": Preview;
  "/v1/dashboards/{slug}/undelete": DashboardEntry;
  "/v1/dashboards/{slug}/keep": DashboardEntry;
  "/v1/dashboards/{slug}/restore": SavedDashboard;
  "/v1/dashboards/{slug}/rename": DashboardEntry;
  "/v1/overrides": Override;
  "/v1/dashboards/{slug}/warm": Warmed;
}

/** What PUT answers as JSON, by path. */
export interface PutAnswers {
  "/v1/dashboards/{slug}": SavedDashboard;
}

/** What PATCH answers as JSON, by path. */
export interface PatchAnswers {
  "/v1/chat/sessions/{session_id}": Session;
}
