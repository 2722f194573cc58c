import { useEffect, useState, useSyncExternalStore } from "react";
import { ApiError, send } from "../api/client";
import type { DashboardPageSpec } from "../api/types";
import type { Chosen } from "../inputs/params";
import { allDrawn } from "../views/drawing";
import type { Engine } from "./duckdb";
import { type EngineState, LocalAnswers } from "./local";
import type { Shown } from "./merge";

let starting: Promise<Engine> | undefined;

/** One engine for the whole page, loaded when first asked for; where it failed once, it is not tried again. */
function engine(): Promise<Engine> {
  starting ??= import("./start").then(({ startEngine }) => startEngine());
  return starting;
}

async function rows(slug: string, insight: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const path = `/v1/dashboards/${encodeURIComponent(slug)}/insights/${encodeURIComponent(insight)}?stage=pre`;
  const headers = { Accept: "application/vnd.apache.arrow.stream" };
  try {
    const response = await send(path, { headers, signal, priority: "low" });
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.status === 413)) return null;
    throw error;
  }
}

/** The answers that this browser can give for a dashboard; null while the page is not known. */
export function useLocalAnswers(page: DashboardPageSpec | undefined): LocalAnswers | null {
  const [local, setLocal] = useState<LocalAnswers | null>(null);
  useEffect(() => {
    if (!page) return;
    const made = new LocalAnswers(page, {
      engine,
      rows: (insight, signal) => rows(page.slug, insight, signal),
    });
    setLocal(made);
    return () => {
      setLocal(null);
      made.close();
    };
  }, [page]);
  return local;
}

/** Tells `local` what the page shows, and has it load what it needs once the page is idle; the engine's state. */
export function useEngine(local: LocalAnswers | null, shown: Shown | undefined, chosen: Chosen): EngineState {
  useEffect(() => {
    if (!local || !shown) return;
    local.note(shown, chosen);
    return whenIdle(() => void local.load());
  }, [local, shown, chosen]);
  return useSyncExternalStore(local?.subscribe ?? never, () => local?.state ?? "off");
}

function never(): () => void {
  return () => undefined;
}

const IDLE_MS = 2_000;

/** Once all is drawn: the engine's start would take the time that the charts need. */
function whenIdle(task: () => void): () => void {
  let over = false;
  const ask = async () => {
    await idle();
    // A chart whose code or place has just come is not counted before the next moment of rest.
    for (let calm = 0; calm < CALM && !over; calm++) {
      await allDrawn();
      await idle();
    }
    if (!over) task();
  };
  void ask();
  return () => {
    over = true;
  };
}

const CALM = 2;

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: IDLE_MS });
    else setTimeout(resolve, IDLE_MS / 4);
  });
}
