import { keepPreviousData, type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client";
import type { DashboardPageSpec, DataAnswer } from "../api/types";
import type { LocalAnswers } from "../engine/local";
import type { Shown } from "../engine/merge";
import { type Chosen, chosenQuery } from "../inputs/params";

const base = (slug: string) => `/v1/dashboards/${encodeURIComponent(slug)}`;

const pageOf = (slug: string, revision: number | null) =>
  queryOptions({
    queryKey: ["page", slug, revision],
    queryFn: ({ signal }) => getJson<DashboardPageSpec>(`${base(slug)}/page`, signal),
  });
const dataKey = (slug: string, revision: number | null, query: string) => ["data", slug, revision, query];
const askData = (slug: string, query: string, signal?: AbortSignal) =>
  getJson<DataAnswer>(`${base(slug)}/data${query === "" ? "" : `?${query}`}`, signal);

export function usePage(slug: string, revision: number | null) {
  return useQuery({ ...pageOf(slug, revision), placeholderData: keepPreviousData });
}

/** Asks for a dashboard's page and its data at once, before anything shows them; settled when both have come, or not. */
export async function askAhead(queries: QueryClient, slug: string, chosen: Chosen): Promise<void> {
  const query = chosenQuery(chosen);
  const data = askData(slug, query);
  data.catch(() => undefined);
  const page = await queries.fetchQuery(pageOf(slug, null)).catch(() => null);
  if (page)
    await queries.prefetchQuery({ queryKey: dataKey(slug, page.revision, query), queryFn: () => data });
}

/**
 * The data for the chosen inputs; while other inputs load, the data before them stays.
 *
 * Where `local` can compute all that another choice bears on, nothing is asked of the server; where it can compute some
 * of it, that is shown while the server works on the rest.
 */
export function useData(
  slug: string,
  revision: number | null,
  chosen: Chosen,
  ready: boolean,
  local: LocalAnswers | null,
) {
  const query = chosenQuery(chosen);
  const queryKey = dataKey(slug, revision, query);
  return useQuery({
    queryKey,
    queryFn: async ({ signal, client }): Promise<Shown> => {
      const ask = () => askData(slug, query, signal);
      const plan = local?.plan(chosen) ?? null;
      if (!local || !plan) return await ask();
      let settled = false;
      const show = (part: Shown | null) => {
        if (part && !settled && !signal.aborted) client.setQueryData(queryKey, part);
      };
      try {
        const asked = plan.there.length > 0 ? ask() : null;
        const here = local.run(plan, signal, show);
        if (asked) {
          void here.then(show);
          return await asked;
        }
        const answer = await Promise.race([here, after(PATIENCE_MS)]);
        return answer && !answer.waiting ? answer : await ask();
      } finally {
        settled = true;
      }
    },
    placeholderData: keepPreviousData,
    enabled: ready,
    // A brush that moves gives dozens of answers a second, and another costs little.
    ...(local?.state === "ready" && { gcTime: KEEP_LOCAL_MS }),
  });
}

/** Whether the browser turned rows that it held into this answer: what the server would read is as before. */
export function computedHere(answer: Shown | undefined): boolean {
  return Object.values(answer?.insights ?? {}).some(
    (insight) => !("error" in insight) && insight.metadata.cache === "browser",
  );
}

const KEEP_LOCAL_MS = 10_000;
/** A machine too slow to compute for itself asks the server after all. */
const PATIENCE_MS = 4_000;

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
