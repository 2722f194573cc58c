/** Made-up flights for the stand-in server. */
const CARRIERS = { UA: "United", B6: "JetBlue", EV: "ExpressJet", DL: "Delta", AA: "American", MQ: "Envoy" };
const MONTHS = Array.from({ length: 12 }, (_, index) => `2013-${String(index + 1).padStart(2, "0")}-01`);
const DAYS = Array.from({ length: 365 }, (_, n) =>
  new Date(Date.UTC(2013, 0, 1 + n)).toISOString().slice(0, 10),
);
const CITIES = "Atlanta Boston Chicago Denver Houston Miami Orlando Seattle Tampa".split(" ");
const ORIGINS = ["EWR", "JFK", "LGA"];

export const yaml = `version: 1
title: Departure delays by carrier and month
connection: flights
queries:
  departures:
    sql: |
      SELECT CAST(date_trunc('month', time_hour) AS DATE) AS month, carrier, avg(dep_delay) AS delay
      FROM flights GROUP BY 1, 2
`.repeat(3);

export const tables = [
  { id: "t2", name: "main.airlines", rows: 16, columns: [{ name: "carrier", kind: "text" }] },
  {
    id: "t1",
    name: "main.flights",
    rows: 336776,
    columns: [
      { name: "year", kind: "integer", distinct: 1 },
      { name: "carrier", kind: "text", distinct: 16 },
      { name: "dep_delay", kind: "float", distinct: 527 },
      { name: "time_hour", kind: "timestamp", distinct: 6936 },
    ],
  },
];

export const dashboards = [
  entry(
    "departure-delays",
    "Departure delays by carrier and month",
    ["metric", "line", "bar", "heatmap", "table"],
    false,
  ),
  entry("origins", "Traffic by origin airport", ["metric", "bar", "pie"], false),
  entry("weather", "Wind and delays at three airports", ["scatter", "area", "text"], false),
  entry("late-march", "How many flights were late in March?", ["metric"], true),
];

function entry(slug, title, view_types, draft) {
  const description =
    slug === "weather"
      ? null
      : "Scheduled departures from New York City airports in 2013, weighted by flights.";
  return {
    slug,
    title,
    description,
    revision: 2,
    view_types,
    owner: "Ada",
    draft,
    updated_at: "2026-11-19T10:20:00Z",
  };
}

const view = (name, type, title, rest) => [
  name,
  { name, type, title, insight: name, vega_lite: null, table: null, metric: null, text: null, ...rest },
];
const x = { field: "props\\.x", type: "temporal", title: null, axis: { format: "%b" } };
const chart = (mark, encoding) => ({ vega_lite: { data: { name: "insight" }, mark, encoding } });
const quantity = (title) => ({ field: "props\\.y", type: "quantitative", title });

export function page(slug) {
  return {
    slug,
    revision: 2,
    title: "Departure delays by carrier and month",
    description: "How late flights left New York City in 2013, by carrier, month and origin.",
    draft: true,
    theme: "neutral",
    connection: "flights",
    today: "2013-11-21",
    timezone: "America/New_York",
    inputs: {
      carrier: { type: "multi_select", label: "Carrier", default: "all", resolved: "all" },
      origin: { type: "select", label: "Origin", default: "all", resolved: "all" },
      city: { type: "select", label: "City", default: "all", resolved: "all" },
      period: {
        type: "date_range",
        label: "Period",
        default: { from: "2013-01-01", to: "2013-12-31" },
        resolved: { from: "2013-01-01", to: "2013-12-31" },
      },
      delay: { type: "number_range", label: "Delay (min)", default: "all", min: 0, max: 60, resolved: "all" },
      late: { type: "toggle", label: "Late only", default: false, resolved: false },
      search: { type: "text", label: "Destination", default: "", resolved: "" },
    },
    views: Object.fromEntries([
      view("mean", "metric", "Average departure delay", {
        metric: { value: "props.value", format: ",.1f", unit: "min" },
      }),
      view("flights", "metric", "Flights", { metric: { format: ",d" } }),
      view("late", "metric", "Left more than 15 min late", {
        metric: {
          format: ".1%",
          compare_key: "props.previous",
          compare: { show: "percent", better: "down", label: "vs 2012" },
        },
      }),
      view("worst", "metric", "Worst month", { metric: {} }),
      view("trend", "line", "Average departure delay by month", {
        interact: [{ on: "click", input: "carrier", prop: "carrier" }],
        ...chart(
          { type: "line", point: { size: 24 } },
          { x, y: quantity("minutes"), color: { field: "carrier", type: "nominal", title: null } },
        ),
      }),
      view("bars", "bar", "Average delay by carrier", {
        interact: [{ on: "click", input: "carrier", prop: "props.x" }],
        ...chart("bar", {
          y: { field: "props\\.x", type: "nominal", sort: "-x", title: null },
          x: { field: "props\\.y", type: "quantitative", title: "minutes" },
        }),
      }),
      view(
        "heat",
        "heatmap",
        "Delay by month and origin",
        chart("rect", {
          x: { field: "props\\.x", type: "ordinal", timeUnit: "month", title: null },
          y: { field: "props\\.group", type: "nominal", title: null },
          color: { field: "props\\.y", type: "quantitative", title: "minutes" },
        }),
      ),
      view("days", "area", "Flights by day", {
        ...chart(
          { type: "area", line: true, opacity: 0.8 },
          {
            x: { field: "props\\.x", type: "temporal", title: null, scale: { type: "utc" } },
            y: { field: "props\\.y", type: "quantitative", title: "flights" },
          },
        ),
        interact: [{ on: "brush", input: "period", prop: "props.x" }],
      }),
      view("points", "scatter", "Delay and distance", {
        ...chart(
          { type: "point", filled: true, opacity: 0.7 },
          {
            x: { field: "props\\.x", type: "quantitative", title: "minutes", scale: { zero: false } },
            y: { field: "props\\.y", type: "quantitative", title: "miles", scale: { zero: false } },
            color: {
              field: "props\\.color",
              type: "nominal",
              sort: "ascending",
              legend: { orient: "top", title: null },
            },
          },
        ),
        interact: [{ on: "brush", input: "delay", prop: "props.x" }],
      }),
      view("shares", "pie", "Flights by carrier", {
        ...chart(
          { type: "arc", innerRadius: 48 },
          {
            theta: { field: "props\\.y", type: "quantitative", stack: true },
            color: { field: "props\\.x", type: "nominal", title: "Carrier" },
          },
        ),
        interact: [{ on: "click", input: "carrier", prop: "props.x" }],
      }),
      view("table", "table", "Carriers and months", {
        table: {},
        templates: {
          title: [
            "Carriers and months, ",
            { input: "carrier", accessor: "values" },
            ", ",
            { input: "period", accessor: "from" },
          ],
        },
      }),
      view("broken", "bar", "Delay by aircraft age", chart("bar", {})),
      view("nothing", "bar", "Cancelled flights", chart("bar", {})),
      view("note", "text", null, {
        insight: null,
        text: "Delays are **weighted by flights**: a carrier with few flights does not move the average. Negative delays left early.",
      }),
    ]),
    layout: {
      rows: [
        {
          height: "sm",
          items: ["mean", "flights", "late", "worst"].map((name) => ({ view: name, span: 3 })),
        },
        { height: "md", items: [{ view: "trend", span: 12 }] },
        {
          height: "md",
          items: [
            { view: "bars", span: 6 },
            { view: "heat", span: 6 },
          ],
        },
        { height: "sm", items: [{ view: "days", span: 12 }] },
        {
          height: "md",
          items: [
            { view: "points", span: 8 },
            { view: "shares", span: 4 },
          ],
        },
        { height: "sm", items: [{ view: "note", span: 12 }] },
        { height: "lg", items: [{ view: "table", span: 12 }] },
        {
          height: "sm",
          items: [
            { view: "broken", span: 6 },
            { view: "nothing", span: 6 },
          ],
        },
      ],
    },
  };
}

export function data(query) {
  const given = query.getAll("input.carrier").filter((it) => it in CARRIERS);
  const carriers = given.length ? given : Object.keys(CARRIERS);
  const cells = carriers.flatMap((carrier) =>
    MONTHS.map((month, index) => ({ carrier, month, delay: delay(carrier, index) })),
  );
  const mean = cells.reduce((sum, cell) => sum + cell.delay, 0) / cells.length;
  const column = (key) => cells.map((cell) => cell[key]);
  return {
    dashboard: "departure-delays",
    revision: 2,
    generated_at: new Date().toISOString(),
    inputs: {
      carrier: {
        value: given.length ? given : "all",
        options: Object.entries(CARRIERS).map(([value, label]) => ({ value, label })),
      },
      origin: { value: "all", options: ORIGINS.map((value) => ({ value, label: value })) },
      city: {
        value: query.get("input.city") ?? "all",
        options: CITIES.map((value) => ({ value, label: value })),
      },
      period: { value: { from: "2013-01-01", to: "2013-12-31" }, options: null },
      delay: { value: "all", options: null },
      late: { value: query.get("input.late") === "true", options: null },
      search: { value: query.get("input.search") ?? "", options: null },
    },
    insights: {
      mean: insight({ "props.value": [mean] }, ["float"]),
      flights: insight({ "props.value": [carriers.length * 52129] }, ["integer"]),
      late: insight({ "props.value": [0.213], "props.previous": [0.226] }, ["float", "float"], "hit"),
      worst: insight({ "props.value": ["July"] }, ["text"], "hit"),
      trend: insight({ "props.x": column("month"), "props.y": column("delay"), carrier: column("carrier") }, [
        "date",
        "float",
        "text",
      ]),
      bars: insight(
        { "props.x": Object.keys(CARRIERS), "props.y": Object.keys(CARRIERS).map((it) => delay(it, 4)) },
        ["text", "float"],
      ),
      heat: insight(heat(), ["date", "text", "float"], "hit"),
      days: insight(
        {
          "props.x": DAYS,
          "props.y": DAYS.map((_, n) => Math.round(900 + 90 * Math.sin(n / 9) + ((n * 37) % 60))),
        },
        ["date", "integer"],
      ),
      points: insight(
        {
          "props.x": Array.from({ length: 300 }, (_, n) => ((n * 7919) % 1200) / 20 + 0.13),
          "props.y": Array.from({ length: 300 }, (_, n) => 200 + ((n * 104729) % 2300)),
          "props.color": Array.from({ length: 300 }, (_, n) => ["EWR", "JFK", null, "null"][n % 4]),
        },
        ["float", "float", "text"],
      ),
      shares: insight(
        { "props.x": Object.keys(CARRIERS), "props.y": Object.keys(CARRIERS).map((_, n) => 9000 - n * 1100) },
        ["text", "integer"],
      ),
      table: insight(
        {
          carrier: column("carrier"),
          month: column("month"),
          "props.delay": column("delay"),
          "props.flights": cells.map((_, n) => (n % 9 === 4 ? null : 400 + n * 37)),
        },
        ["text", "date", "float", "integer"],
      ),
      broken: {
        error: {
          code: "sql.unknown_column",
          message: "There is no column “plane_year” in planes.",
          hint: "Did you mean “year”? (queries.planes.sql, line 14)",
        },
      },
      nothing: insight({ "props.x": [], "props.y": [] }, ["text", "float"]),
    },
  };
}

function heat() {
  const cells = ORIGINS.flatMap((origin, o) =>
    MONTHS.map((month, index) => [month, origin, delay("UA", index) + o * 2]),
  );
  return {
    "props.x": cells.map((it) => it[0]),
    "props.group": cells.map((it) => it[1]),
    "props.y": cells.map((it) => it[2]),
  };
}

function delay(carrier, month) {
  const base = Object.keys(CARRIERS).indexOf(carrier) * 2.1 + 6;
  return base + 5 * Math.sin((month - 2) / 2.2) + ((carrier.charCodeAt(0) * (month + 3)) % 5);
}

function insight(columns, types, cache = "miss") {
  const names = Object.keys(columns);
  const rows = columns[names[0]].length;
  return {
    data: columns,
    query: "SELECT … FROM insight_data",
    interactions: [],
    metadata: {
      split_column: null,
      input_dependencies: ["carrier"],
      requires_groupby: true,
      columns: names.map((name, index) => ({ name, type: types[index], label: name })),
      rows,
      truncated: rows > 60,
      bytes_scanned: 4200000,
      computed_at: new Date().toISOString(),
      cache,
    },
  };
}

export function session(turn) {
  if (!turn) return { session_id: "s1", turns: [] };
  return {
    session_id: "s1",
    turns: [
      {
        turn_id: "u1",
        message: turn.message,
        status: turn.done ? "complete" : "running",
        events: turn.events,
      },
    ],
  };
}

export function turnEvents(message) {
  const tool = (id, name, given, summary, result) => [
    ["tool_call", { id, name, arguments: given }],
    ["tool_result", { id, name, ok: true, summary, result }],
  ];
  const sql =
    "SELECT carrier, date_trunc('month', time_hour) AS month,\n       avg(dep_delay) AS delay\nFROM main.flights\nGROUP BY 1, 2";
  const says = (text) => text.split(/(?<= )/).map((word) => ["token", { text: word }]);
  if (/which/i.test(message))
    return [
      ["session", { session_id: "s1", turn_id: "u1" }],
      [
        "question",
        {
          text: "“Late” can mean two things here. Which one?",
          options: ["Departure delay", "Arrival delay"],
        },
      ],
      ["done", { stop_reason: "question" }],
    ];
  if (/fail/i.test(message))
    return [
      ["session", { session_id: "s1", turn_id: "u1" }],
      [
        "error",
        {
          code: "model.unavailable",
          message: "The model is overloaded.",
          hint: "Ask again in a minute; nothing was saved.",
        },
      ],
    ];
  return [
    ["session", { session_id: "s1", turn_id: "u1" }],
    ...says("I will look at the flights first. "),
    ...tool("t1", "list_tables", { dataset_name: "main" }, "5 tables", { tables: ["flights", "airlines"] }),
    ...tool("t2", "get_table_schema", { table_name: "main.flights" }, "flights, 19 columns", {
      columns: ["carrier", "dep_delay"],
    }),
    ["tool_call", { id: "t3", name: "run_dry_run_query", arguments: { sql, max_bytes_billed: 100000000 } }],
    ["dry_run", { query: sql, bytes_scanned: 6735520, limit: 100000000, ok: true }],
    [
      "tool_result",
      {
        id: "t3",
        name: "run_dry_run_query",
        ok: true,
        summary: "6.7 MB",
        result: { ok: true, bytes_scanned: 6735520 },
      },
    ],
    ["tool_call", { id: "t4", name: "validate_dashboard_yaml", arguments: { yaml_content: yaml } }],
    [
      "tool_result",
      {
        id: "t4",
        name: "validate_dashboard_yaml",
        ok: false,
        summary: "views.trend: unknown insight",
        result: { ok: false },
      },
    ],
    ...tool("t5", "validate_dashboard_yaml", { yaml_content: yaml }, "7 views, 0 warnings", { ok: true }),
    ["tool_call", { id: "t6", name: "save_dashboard_yaml", arguments: { slug: "departure-delays" } }],
    ["yaml_artifact", { slug: "departure-delays", revision: 2, yaml }],
    [
      "tool_result",
      {
        id: "t6",
        name: "save_dashboard_yaml",
        ok: true,
        summary: "departure-delays",
        result: { revision: 2 },
      },
    ],
    [
      "saved",
      {
        dashboard_slug: "departure-delays",
        yaml_uri: "file:///x",
        revision: 2,
        preview_url: "/d/departure-delays",
      },
    ],
    ...says(
      "Here is **departure delay by carrier and month**. Delays peak in July, and *ExpressJet* is worst in every month.\n\n- Averages are weighted by flights\n- 8,255 cancelled flights have no delay and are left out",
    ),
    ["usage", { input_tokens: 5210, output_tokens: 812, cache_read_tokens: 3000, usd: "0.0123" }],
    ["done", { stop_reason: "complete" }],
  ];
}
