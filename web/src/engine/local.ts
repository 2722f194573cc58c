import type { DashboardPageSpec, DataAnswer, Insight, InsightAnswer } from "../api/types";
import type { Chosen } from "../inputs/params";
import type { Engine, Relation } from "./duckdb";
import { readInputs, type Values } from "./inputs";
import { merged, OPTIONS, type Plan, type Shown, writesLabels } from "./merge";
import { type ParameterType, sameValue } from "./values";

export type EngineState = "off" | "starting" | "ready" | "failed";

/** Where rows and the engine come from. */
export interface Source {
  engine: () => Promise<Pick<Engine, "load">>;
  /** An insight's rows as an Arrow IPC stream; null when the server keeps them. */
  rows: (insight: string, signal: AbortSignal) => Promise<Uint8Array | null>;
}

const MOST_BYTES = 256 * 2 ** 20;
/** Between two parts of an answer that are shown: drawing takes time too. */
const SHOW_MS = 30;

/** A dashboard's answers to another choice of inputs, computed in the browser where that can be done. */
export class LocalAnswers {
  #state: EngineState = "off";
  #base: { answer: DataAnswer; chosen: Chosen } | null = null;
  readonly #rows = new Map<string, Relation>();
  /** The server's `computed_at` that an insight's rows were asked for at. */
  readonly #askedAt = new Map<string, string>();
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #loading: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly page: DashboardPageSpec,
    private readonly source: Source,
  ) {}

  get state(): EngineState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Note what the page shows: other choices are answered from it. */
  note(answer: Shown, chosen: Chosen): void {
    if (answer.waiting?.length) return;
    this.#base = { answer, chosen };
    for (const [name, insight] of Object.entries(answer.insights)) {
      const at =
        "error" in insight || insight.metadata.cache === "browser" ? null : insight.metadata.computed_at;
      if (at !== null && this.#askedAt.has(name) && this.#askedAt.get(name) !== at) this.#drop(name);
    }
  }

  /** Start the engine and load what rows there are to load; again after `note` has told of newer data. */
  load(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load()).catch((error) => this.#fail(error));
    return this.#loading;
  }

  /** How to answer another choice; null when the server must be asked for all of it. */
  plan(chosen: Chosen): Plan | null {
    const base = this.#base;
    if (base === null || this.#rows.size === 0) return null;
    const types = this.#types();
    const was = readInputs(this.page.inputs, base.chosen, types, base.answer.inputs);
    const values = readInputs(this.page.inputs, chosen, types);
    if (was === null || values === null) return null;
    const changed = new Set<string>();
    for (const [name, value] of values) if (!same(was, name, value)) changed.add(name);
    if (changed.size === 0) return null; // the same question again: fresh data are asked for
    const affected = this.#affected(base.answer, changed);
    return {
      values,
      base: base.answer,
      here: affected.filter((name) => this.#rows.has(name)),
      there: affected.filter((name) => !this.#rows.has(name)),
    };
  }

  /**
   * Run what can be run here; null when nobody waits for it any more. `show` is given what there is so far, now and
   * then. What fails is the server's from then on, and stays on the list of those waited for.
   */
  run(plan: Plan, signal: AbortSignal, show: (part: Shown) => void): Promise<Shown | null> {
    // One after the other, so that choices which change faster than they are computed drop out of the queue.
    const turn = this.#turn.then(() => (signal.aborted ? null : this.#run(plan, signal, show)));
    this.#turn = turn;
    return turn;
  }

  async #run(plan: Plan, signal: AbortSignal, show: (part: Shown) => void): Promise<Shown | null> {
    const found = new Map<string, Insight>();
    let shownAt = -Infinity;
    await Promise.all(
      plan.here.map(async (name) => {
        const insight = await this.#answer(name, plan.values);
        if (!insight) return;
        found.set(name, insight);
        if (signal.aborted || found.size === plan.here.length || performance.now() < shownAt + SHOW_MS)
          return;
        shownAt = performance.now();
        show(merged(plan, found));
      }),
    );
    return signal.aborted ? null : merged(plan, found);
  }

  /** Give all memory back; nothing is answered any more. */
  close(): void {
    this.#closing.abort();
    for (const name of [...this.#rows.keys()]) this.#release(name);
    this.#base = null;
    this.#listeners.clear();
  }

  async #answer(name: string, values: Values): Promise<Insight | null> {
    const relation = this.#rows.get(name);
    if (!relation) return null;
    try {
      const start = performance.now();
      const insight = await relation.answer(values);
      keepTime(name, start);
      if (name.startsWith(OPTIONS) && !writesLabels(insight)) throw new Error("labels of another kind");
      return insight;
    } catch (error) {
      console.debug(`${name} is left to the server`, error);
      if (this.#rows.get(name) === relation) this.#release(name);
      return null;
    }
  }

  async #load(): Promise<void> {
    const wanted = this.#wanted();
    if (wanted.length === 0 || this.#state === "failed" || this.#closing.signal.aborted) return;
    if (this.#state === "off") this.#tell("starting");
    const engine = await this.source.engine();
    for (const name of wanted) {
      if (this.#closing.signal.aborted) return;
      await this.#take(engine, name);
    }
    this.#tell("ready");
  }

  async #take(engine: Pick<Engine, "load">, name: string): Promise<void> {
    const at = this.#computedAt(name);
    this.#askedAt.set(name, at);
    try {
      const rows = await this.source.rows(name, this.#closing.signal);
      const held = [...this.#rows.values()].reduce((sum, relation) => sum + relation.bytes, 0);
      if (rows === null || held + rows.byteLength > MOST_BYTES) return;
      const relation = await engine.load(rows);
      if (this.#closing.signal.aborted || this.#askedAt.get(name) !== at) void discard(relation);
      else this.#rows.set(name, relation);
    } catch (error) {
      if (!this.#closing.signal.aborted) console.debug(`the rows of ${name} stay with the server`, error);
    }
  }

  /** Insights that inputs bear on and whose rows may be had, not asked for yet. */
  #wanted(): string[] {
    const insights = Object.entries(this.#base?.answer.insights ?? {}).filter(([, answer]) =>
      mayLoad(answer),
    );
    const names = [...insights.map(([name]) => name), ...this.#optionsOf(() => true)];
    return names.filter((name) => !this.#askedAt.has(name));
  }

  #affected(answer: DataAnswer, changed: ReadonlySet<string>): string[] {
    const bears = ([name, insight]: [string, InsightAnswer]) => {
      const inputs = this.#rows.get(name)?.envelope.input_dependencies ?? dependencies(insight);
      return inputs === null || inputs.some((input) => changed.has(input));
    };
    const insights = Object.entries(answer.insights).filter(bears);
    return [...insights.map(([name]) => name), ...this.#optionsOf((input) => changed.has(input))];
  }

  /** Options that depend on an input that fits, as `options.NAME`. */
  #optionsOf(fits: (input: string) => boolean): string[] {
    const names = Object.keys(this.page.inputs).filter((name) => {
      const options = this.page.inputs[name]?.options as { filter?: unknown } | null | undefined;
      return typeof options?.filter === "string" && referencesIn(options.filter).some(fits);
    });
    return names.map((name) => OPTIONS + name);
  }

  #computedAt(name: string): string {
    const insight = this.#base?.answer.insights[name];
    return insight && !("error" in insight) ? insight.metadata.computed_at : "";
  }

  #types(): Map<string, ParameterType> {
    const places = [...this.#rows.values()].flatMap(({ envelope }) => envelope.parameters);
    return new Map(places.filter(({ gives }) => gives === "value").map(({ input, type }) => [input, type]));
  }

  /** Newer data: its rows are asked for again, and with them all options, which tell no time of their own. */
  #drop(name: string): void {
    for (const one of [name, ...this.#optionsOf(() => true)]) {
      this.#askedAt.delete(one);
      this.#release(one);
    }
  }

  #release(name: string): void {
    const relation = this.#rows.get(name);
    this.#rows.delete(name);
    if (relation) void discard(relation);
  }

  #fail(error: unknown): void {
    console.debug("the server answers everything", error);
    for (const name of [...this.#rows.keys()]) this.#release(name);
    this.#tell("failed");
  }

  #tell(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** The time from a choice to its rows, for a profile of the page: the last one of each insight. */
function keepTime(name: string, start: number): void {
  const label = `dashbridge insight ${name}`;
  performance.clearMeasures(label);
  performance.measure(label, { start });
}

async function discard(relation: Relation): Promise<void> {
  await relation.close().catch((error) => console.debug(error));
}

function same(was: Values, name: string, value: Parameters<typeof sameValue>[0]): boolean {
  const before = was.get(name);
  return before !== undefined && sameValue(before, value);
}

function mayLoad(answer: InsightAnswer): boolean {
  if ("error" in answer) return false;
  return answer.metadata.browser === true && (answer.metadata.input_dependencies?.length ?? 0) > 0;
}

/** null when the answer does not say. */
function dependencies(answer: InsightAnswer): readonly string[] | null {
  return "error" in answer ? null : (answer.metadata.input_dependencies ?? null);
}

function referencesIn(filter: string): string[] {
  return [...filter.matchAll(/\$\{ *ref\( *([\w-]+) *\)/g)].map((match) => match[1] as string);
}
