import { replaceEqualDeep } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError, send } from "../api/client";
import type { DashboardPageSpec, DataAnswer } from "../api/types";
import type { DashboardCost } from "../costs/types";
import type { KnownColumn } from "./complete";
import { type Problem, readProblems } from "./problems";

export interface Preview {
  page: DashboardPageSpec;
  data: DataAnswer | null;
}

export interface Check {
  state: "checking" | "good" | "broken" | "failed";
  /** Whether the same text is drawn anew, for other inputs. */
  redrawing: boolean;
  problems: Problem[];
  columns: ReadonlyMap<string, readonly KnownColumn[]>;
  /** What the file would cost, of the newest text that holds. */
  cost: DashboardCost | null;
  /** The newest that could be drawn; it stays while the file is broken. */
  preview: Preview | null;
  /** Why the file could not be checked at all. */
  failure: Error | null;
}

const START: Check = {
  state: "checking",
  redrawing: false,
  problems: [],
  columns: new Map(),
  cost: null,
  preview: null,
  failure: null,
};
const PAUSE_MS = 350;

/**
 * Has the server check the text, and draw it where it holds, whenever the text or the inputs' query changes.
 *
 * Only the newest answer counts: an older question is dropped.
 */
export function useCheck(slug: string, text: string | null, query: string, attempt: number): Check {
  const [check, setCheck] = useState(START);
  const asked = useRef<string | null>(null);
  const held = useRef<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    if (text === null) return;
    const stop = new AbortController();
    const pause = asked.current === null || asked.current === text ? 0 : PAUSE_MS;
    const ask = async () => {
      asked.current = text;
      const redrawing = held.current === text;
      setCheck((last) => ({ ...last, state: "checking", redrawing }));
      try {
        if (held.current !== text) {
          const found = await validate(text, stop.signal);
          if (stop.signal.aborted) return;
          held.current = text;
          setCheck((last) => ({ ...last, ...found, failure: null }));
        }
        const drawn = await draw(slug, text, query, stop.signal);
        if (!stop.signal.aborted) setCheck((last) => drawnAfter(last, drawn));
      } catch (error) {
        if (stop.signal.aborted) return;
        held.current = null;
        setCheck((last) => ({ ...last, ...refused(error, last.problems), redrawing: false }));
      }
    };
    const timer = setTimeout(() => void ask(), pause);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [slug, text, query, attempt]);

  return check;
}

/** Views and data that stay as they were keep their identity, and so are not drawn anew. */
function drawnAfter(last: Check, { preview, problems }: Pick<Check, "preview" | "problems">): Check {
  return {
    ...last,
    state: "good",
    redrawing: false,
    failure: null,
    problems,
    preview: replaceEqualDeep(last.preview, preview),
  };
}

function postText(path: string, text: string, signal: AbortSignal): Promise<Response> {
  return send(path, { method: "POST", headers: { "Content-Type": "application/yaml" }, body: text, signal });
}

async function validate(
  text: string,
  signal: AbortSignal,
): Promise<Pick<Check, "problems" | "columns" | "cost">> {
  const answer = (await (await postText("/v1/validate", text, signal)).json()) as {
    warnings?: unknown[];
    queries?: { name: string; columns?: KnownColumn[] }[];
    cost?: DashboardCost;
  };
  return {
    problems: readProblems(answer.warnings ?? [], "warning"),
    columns: new Map((answer.queries ?? []).map((one) => [one.name, one.columns ?? []])),
    cost: answer.cost ?? null,
  };
}

async function draw(
  slug: string,
  text: string,
  query: string,
  signal: AbortSignal,
): Promise<Pick<Check, "preview" | "problems">> {
  const path = `/v1/preview?slug=${encodeURIComponent(slug)}${query === "" ? "" : `&${query}`}`;
  const { page, data, warnings } = (await (await postText(path, text, signal)).json()) as Preview & {
    warnings: unknown[];
  };
  return { preview: { page, data }, problems: readProblems(warnings, "warning") };
}

/** What a refusal says: findings in the file, or that nobody could look at it. */
export function refused(error: unknown, last: Problem[]): Pick<Check, "state" | "problems" | "failure"> {
  if (error instanceof ApiError && (error.status === 422 || error.status === 413)) {
    const problems = readProblems(error.problems, "error");
    const [alone] = readProblems([{ message: error.message, code: error.code, hint: error.hint }], "error");
    return { state: "broken", problems: problems.length > 0 || !alone ? problems : [alone], failure: null };
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  return { state: "failed", problems: last, failure };
}
