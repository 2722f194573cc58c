import { largeNote } from "../costs/largeQueries";
import type { TurnEvent } from "../stream/follow";

export interface DryRun {
  query: string;
  bytes: number | null;
  limit: number | null;
  /** What it may cost at most, in US dollars. */
  usd: number | null;
  ok: boolean;
}

export interface ToolStep {
  kind: "tool";
  id: string;
  name: string;
  arguments: unknown;
  state: "running" | "ok" | "failed";
  summary: string;
  result: unknown;
  dryRuns: DryRun[];
}

export type Step =
  | { kind: "text"; text: string }
  | ToolStep
  | { kind: "draft"; slug: string; revision: number | null; yaml: string }
  | { kind: "saved"; slug: string; revision: number | null; note?: string }
  | { kind: "question"; text: string; options: string[] }
  | { kind: "error"; code: string; message: string; hint: string | null };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  usd: string | null;
}

export interface Turn {
  /** Known once the server has begun. */
  id: string | null;
  question: string;
  /** The view that the question is about. */
  view: string | null;
  /** The turn whose question this one asks anew. */
  supersedes: string | null;
  steps: Step[];
  state: "running" | "complete" | "stopped" | "limit" | "question" | "failed";
  usage: Usage | null;
}

export function newTurn(question: string, id: string | null = null): Turn {
  return { id, question, view: null, supersedes: null, steps: [], state: "running", usage: null };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The turn after one more event; unknown events change nothing. */
export function applyEvent(turn: Turn, { event, data }: TurnEvent): Turn {
  switch (event) {
    case "session":
      return {
        ...turn,
        id: text(data.turn_id) || turn.id,
        view: text(data.view) || turn.view,
        supersedes: text(data.supersedes) || turn.supersedes,
      };
    case "token":
      return addText(turn, text(data.text));
    case "tool_call":
      return add(turn, newTool(data));
    case "tool_result":
      return updateTool(turn, text(data.id), (tool) => ({
        ...tool,
        state: data.ok === false ? "failed" : "ok",
        summary: text(data.summary),
        result: data.result ?? null,
      }));
    case "dry_run":
      return addDryRun(turn, {
        query: text(data.query),
        bytes: number(data.bytes_scanned),
        limit: number(data.limit),
        usd: number(data.usd),
        ok: data.ok !== false,
      });
    case "yaml_artifact":
      return add(turn, {
        kind: "draft",
        slug: text(data.slug),
        revision: number(data.revision),
        yaml: text(data.yaml),
      });
    case "saved":
      return add(turn, newSaved(data));
    case "question":
      return add(turn, { kind: "question", text: text(data.text), options: asTexts(data.options) });
    case "usage":
      return { ...turn, usage: addUsage(turn.usage, data) };
    case "error":
      return { ...failTurn(turn, text(data.code), text(data.message), text(data.hint) || null) };
    case "done":
      return settle(turn, endState(text(data.stop_reason)));
    default:
      return turn;
  }
}

export function failTurn(turn: Turn, code: string, message: string, hint: string | null): Turn {
  return settle(add(turn, { kind: "error", code, message: message || "The turn failed.", hint }), "failed");
}

/** The dashboard that a conversation is about: the last one it wrote, by a turn that still counts. */
export function savedSlug(turns: readonly Turn[]): { slug: string; revision: number | null } | null {
  for (const turn of current(turns).toReversed())
    for (const step of turn.steps.toReversed())
      if (step.kind === "saved" || (step.kind === "draft" && step.revision !== null))
        return { slug: step.slug, revision: step.revision };
  return null;
}

/** The dashboard that it was about before it came to `slug`. */
export function savedBefore(turns: readonly Turn[], slug: string): ReturnType<typeof savedSlug> {
  const counted = current(turns);
  const first = counted.findIndex((turn) => turn.steps.some((it) => it.kind === "saved" && it.slug === slug));
  return savedSlug(counted.slice(0, Math.max(0, first)));
}

/** The turns whose question was not asked anew. */
export function current(turns: readonly Turn[]): readonly Turn[] {
  const gone = superseded(turns);
  return turns.filter((turn) => turn.id === null || !gone.has(turn.id));
}

export function superseded(turns: readonly Turn[]): ReadonlySet<string> {
  return new Set(turns.flatMap((turn) => turn.supersedes ?? []));
}

/** What a turn says, as text to copy: its answer, or the question it asks back. */
export function answerText(turn: Turn): string {
  return turn.steps
    .flatMap((step) => {
      if (step.kind === "text") return step.text.trim();
      if (step.kind === "question")
        return [step.text, ...step.options.map((option) => `- ${option}`)].join("\n");
      return [];
    })
    .filter((part) => part !== "")
    .join("\n\n");
}

function settle(turn: Turn, state: Turn["state"]): Turn {
  const steps = turn.steps.map((step) =>
    step.kind === "tool" && step.state === "running"
      ? { ...step, state: "failed" as const, summary: "stopped" }
      : step,
  );
  return { ...turn, steps, state };
}

function endState(reason: string): Turn["state"] {
  if (reason === "stopped" || reason === "limit" || reason === "question") return reason;
  return "complete";
}

function add(turn: Turn, step: Step): Turn {
  return { ...turn, steps: [...turn.steps, step] };
}

function addText(turn: Turn, more: string): Turn {
  const last = turn.steps.at(-1);
  if (last?.kind !== "text") return more === "" ? turn : add(turn, { kind: "text", text: more });
  return { ...turn, steps: [...turn.steps.slice(0, -1), { kind: "text", text: last.text + more }] };
}

function newSaved(data: Record<string, unknown>): Step {
  const note = largeNote(data);
  const saved = { slug: text(data.dashboard_slug), revision: number(data.revision) };
  return { kind: "saved", ...saved, ...(note !== null && { note }) };
}

function newTool(data: Record<string, unknown>): ToolStep {
  return {
    kind: "tool",
    id: text(data.id),
    name: text(data.name),
    arguments: data.arguments ?? {},
    state: "running",
    summary: "",
    result: null,
    dryRuns: [],
  };
}

function updateTool(turn: Turn, id: string, change: (tool: ToolStep) => ToolStep): Turn {
  return {
    ...turn,
    steps: turn.steps.map((step) => (step.kind === "tool" && step.id === id ? change(step) : step)),
  };
}

function addDryRun(turn: Turn, run: DryRun): Turn {
  const tool = turn.steps.findLast((step) => step.kind === "tool");
  if (!tool) return turn;
  return updateTool(turn, tool.id, (it) => ({ ...it, dryRuns: [...it.dryRuns, run] }));
}

function addUsage(before: Usage | null, data: Record<string, unknown>): Usage {
  const usd = typeof data.usd === "string" || typeof data.usd === "number" ? String(data.usd) : null;
  return {
    inputTokens: (before?.inputTokens ?? 0) + (number(data.input_tokens) ?? 0),
    outputTokens: (before?.outputTokens ?? 0) + (number(data.output_tokens) ?? 0),
    usd: usd ?? before?.usd ?? null,
  };
}

function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
