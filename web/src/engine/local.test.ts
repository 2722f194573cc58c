import { beforeEach, expect, test, vi } from "vitest";
import type { DashboardPageSpec, DataAnswer, Insight } from "../api/types";
import type { Relation } from "./duckdb";
import type { Values } from "./inputs";
import { LocalAnswers, type Source } from "./local";
import type { Shown } from "./merge";

beforeEach(() => {
  vi.spyOn(console, "debug").mockImplementation(() => undefined);
});

const INPUTS = {
  carrier: { type: "multi_select", options: ["AA", "UA"], default: "all", resolved: "all" },
  period: { type: "date_range", default: "last 7 days", resolved: { from: "2026-11-15", to: "2026-11-21" } },
  airport: {
    type: "select",
    options: { query: "airports", column: "code", filter: "carrier IN $" + "{ref(carrier).values}" },
    resolved: "all",
  },
};
const PAGE = { slug: "s", revision: 1, inputs: INPUTS } as unknown as DashboardPageSpec;
const GO = new AbortController().signal;

function insight(depends: string[], rest: Partial<Insight["metadata"]> = {}): Insight {
  const metadata = {
    split_column: null,
    columns: [{ name: "props.value", type: "integer" }],
    rows: 1,
    truncated: false,
    bytes_scanned: 1,
    computed_at: "T1",
    cache: "miss",
    input_dependencies: depends,
    browser: true,
    ...rest,
  };
  return { data: { "props.value": [0] }, query: "q", metadata };
}

function answer(insights: DataAnswer["insights"]): DataAnswer {
  const inputs = {
    carrier: { value: "all", options: [] },
    period: { value: INPUTS.period.resolved },
    airport: { value: "all", options: [{ value: "JFK", label: "JFK" }] },
  };
  return { dashboard: "s", revision: 1, generated_at: "", insights, inputs, traces: {} };
}

/** An engine that answers with the number of the load, and rows for the insights it is told of. */
class Fake {
  asked: string[] = [];
  closed: string[] = [];
  loads = 0;
  ran: string[] = [];
  broken = new Set<string>();
  wait: Promise<void> = Promise.resolve();
  constructor(readonly depends: Record<string, string[]>) {}

  readonly source: Source = {
    rows: async (name) => {
      this.asked.push(name);
      return name in this.depends ? new TextEncoder().encode(name) : null;
    },
    engine: async () => ({
      load: async (rows: Uint8Array) => this.#relation(new TextDecoder().decode(rows)),
    }),
  };

  #relation(name: string): Relation {
    const load = ++this.loads;
    const inputs = this.depends[name] ?? [];
    const typed = (input: string) => ({ input, accessor: "values", type: "text", gives: "value" });
    const relation = {
      bytes: 10,
      envelope: {
        input_dependencies: inputs,
        parameters: inputs.filter((it) => it === "carrier").map(typed),
      },
      answer: async (values: Values) => {
        this.ran.push(String(values.get("carrier")?.items));
        await this.wait;
        if (this.broken.has(name)) throw new Error("broken");
        const data = name.startsWith("options.")
          ? { "columns.value": ["LGA", "LGA", null] }
          : { "props.value": [load] };
        const chosen = values.get("carrier")?.items.join() ?? "";
        return { ...insight(inputs, { cache: "browser", computed_at: chosen }), data };
      },
      close: async () => void this.closed.push(name),
    };
    return relation as unknown as Relation;
  }
}

async function started(depends: Record<string, string[]>, insights: DataAnswer["insights"]) {
  const fake = new Fake(depends);
  const local = new LocalAnswers(PAGE, fake.source);
  local.note(answer(insights), {});
  await local.load();
  return { fake, local };
}

const run = async (local: LocalAnswers, chosen: Record<string, string[]>) => {
  const plan = local.plan(chosen);
  return plan && (await local.run(plan, GO, () => undefined));
};

test("a change runs what it bears on, and keeps the rest as it is", async () => {
  const insights = { a: insight(["carrier"]), b: insight(["period"]), c: insight([], { mode: "static" }) };
  const { local, fake } = await started(
    { a: ["carrier"], b: ["period"], "options.airport": ["carrier"] },
    insights,
  );
  expect(local.state).toBe("ready");
  expect(fake.asked).toEqual(["a", "b", "options.airport"]);
  const shown = (await run(local, { carrier: ["UA", "AA"] })) as Shown;
  expect(shown.waiting).toBeUndefined();
  expect(shown.insights.a).toMatchObject({
    query: "q",
    metadata: { cache: "browser", computed_at: "UA,AA" },
  });
  expect(shown.insights.b).toBe(insights.b);
  expect(shown.insights.c).toBe(insights.c);
  expect(shown.inputs?.carrier).toEqual({ value: ["UA", "AA"], options: [] });
  expect(shown.inputs?.airport?.options).toEqual([{ value: "LGA", label: "LGA" }]);
  expect(shown.traces).toEqual({});
});

test("what the server alone can compute is asked of it, and the rest does not wait", async () => {
  const { local } = await started(
    { a: ["carrier"] },
    { a: insight(["carrier"]), s: insight(["carrier"], { browser: false }) },
  );
  const plan = local.plan({ carrier: ["AA"] });
  expect(plan).toMatchObject({ here: ["a"], there: ["s", "options.airport"] });
  expect(await run(local, { carrier: ["AA"] })).toMatchObject({ waiting: ["s", "options.airport"] });
  expect(local.plan({ period: ["2013-01-01.."] })).toMatchObject({ here: [], there: [] });
});

test("the server is asked for what only it can read, and for the same again", async () => {
  const { local } = await started({ a: ["carrier", "period"] }, { a: insight(["carrier", "period"]) });
  for (const chosen of [
    {},
    { period: ["last 9 days"] },
    { unknown: ["1"] },
    { period: ["x"] },
    { carrier: ["all"] },
  ])
    expect(local.plan(chosen as Record<string, string[]>)).toBeNull();
  expect(local.plan({ period: ["2026-11-15..2026-11-21"] })).toBeNull();
  expect(local.plan({ period: ["2026-11-15..2026-11-22"] })).toMatchObject({ here: ["a"] });
});

test("an answer to date words is a base for other choices by what it says of its inputs", async () => {
  const { local } = await started({ a: ["carrier"] }, { a: insight(["carrier"]) });
  const worded = answer({ a: insight(["carrier"]) });
  local.note(
    { ...worded, inputs: { ...worded.inputs, period: { value: { from: "2026-11-12", to: "2026-11-21" } } } },
    { period: ["last 10 days"] },
  );
  expect(local.plan({ period: ["last 10 days"], carrier: ["AA"] })).toBeNull();
  expect(local.plan({ period: ["2026-11-12..2026-11-21"], carrier: ["AA"] })?.here).toEqual(["a"]);
});

test("a broken insight is left to the server from then on", async () => {
  const { local, fake } = await started(
    { a: ["carrier"], "options.airport": ["carrier"] },
    { a: insight(["carrier"]) },
  );
  fake.broken.add("a");
  expect(await run(local, { carrier: ["AA"] })).toMatchObject({ waiting: ["a"] });
  expect(local.plan({ carrier: ["AA"] })).toMatchObject({ here: ["options.airport"], there: ["a"] });
  expect(fake.closed).toEqual(["a"]);
});

test("an insight whose answer is an error is the server's", async () => {
  const { local } = await started(
    { a: ["carrier"] },
    { a: insight(["carrier"]), e: { error: { code: "x", message: "x" } } },
  );
  expect(local.plan({ period: ["2013-01-01.."] })).toMatchObject({ here: [], there: ["e"] });
});

test("newer data on the server are loaded anew; an answer of this browser is no news", async () => {
  const { local, fake } = await started(
    { a: ["carrier"], b: ["carrier"] },
    { a: insight(["carrier"]), b: insight(["carrier"]) },
  );
  local.note((await run(local, { carrier: ["AA"] })) as Shown, { carrier: ["AA"] });
  await local.load();
  expect(fake.loads).toBe(2);
  local.note(answer({ a: insight(["carrier"], { computed_at: "T2" }), b: insight(["carrier"]) }), {});
  expect(local.plan({ carrier: ["AA"] })).toMatchObject({ here: ["b"], there: ["a", "options.airport"] });
  await local.load();
  expect(fake.asked.slice(3)).toEqual(["a", "options.airport"]);
  const shown = await run(local, { carrier: ["AA"] });
  expect(shown?.insights.a).toMatchObject({ data: { "props.value": [3] } });
  expect(fake.closed).toEqual(["a"]);
});

test("nothing is shown to those who wait no more, and a closed dashboard holds nothing", async () => {
  const { local, fake } = await started({ a: ["carrier"] }, { a: insight(["carrier"]) });
  const plan = local.plan({ carrier: ["AA"] });
  const gone = new AbortController();
  const running = plan && local.run(plan, gone.signal, () => expect.unreachable());
  gone.abort();
  expect(await running).toBeNull();
  local.close();
  expect(fake.closed).toEqual(["a"]);
  expect(local.plan({ carrier: ["AA"] })).toBeNull();
});

test("a choice that nobody waits for any more is never run", async () => {
  const { local, fake } = await started({ a: ["carrier"] }, { a: insight(["carrier"]) });
  let goOn = () => {};
  fake.wait = new Promise((resolve) => {
    goOn = resolve;
  });
  const gone = new AbortController();
  const plans = ["AA", "UA", "DL"].map((carrier) => local.plan({ carrier: [carrier] }));
  const signals = [GO, gone.signal, GO];
  const runs = plans.map((plan, at) => plan && local.run(plan, signals[at] as AbortSignal, () => undefined));
  gone.abort();
  goOn();
  const [first, second, third] = await Promise.all(runs);
  expect([first?.inputs?.carrier?.value, second, third?.inputs?.carrier?.value]).toEqual([
    ["AA"],
    null,
    ["DL"],
  ]);
  expect(fake.ran).toEqual(["AA", "DL"]);
});

test("without an engine everything is the server's", async () => {
  const fake = new Fake({ a: ["carrier"] });
  const local = new LocalAnswers(PAGE, {
    ...fake.source,
    engine: () => Promise.reject(new Error("blocked")),
  });
  const states: string[] = [];
  local.subscribe(() => states.push(local.state));
  local.note(answer({ a: insight(["carrier"]) }), {});
  await local.load();
  await local.load();
  expect(states).toEqual(["starting", "failed"]);
  expect(fake.asked).toEqual([]);
  expect(local.plan({ carrier: ["AA"] })).toBeNull();
});

test("a dashboard without inputs starts nothing", async () => {
  const fake = new Fake({});
  const local = new LocalAnswers({ ...PAGE, inputs: {} }, fake.source);
  local.note(answer({ a: insight([]) }), {});
  await local.load();
  expect([local.state, fake.asked]).toEqual(["off", []]);
});
