import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson, post } from "../api/client";
import type { DashboardCost, TeamCosts } from "./types";

export function useTeamCosts(days: number) {
  return useQuery({
    queryKey: ["costs", days],
    queryFn: ({ signal }) => getJson<TeamCosts>(`/v1/costs?days=${days}`, signal),
    placeholderData: keepPreviousData,
  });
}

/** What a dashboard costs for the inputs of `query`, asked once its data is there. */
export function useDashboardCost(slug: string, revision: number, query: string, ready: boolean) {
  return useQuery({
    queryKey: ["cost", slug, revision, query],
    queryFn: ({ signal }) =>
      getJson<DashboardCost>(
        `/v1/dashboards/${encodeURIComponent(slug)}/cost${query === "" ? "" : `?${query}`}`,
        signal,
      ),
    enabled: ready,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

/** Lets one plan run over its budget, once. */
export function useAllowOnce(onAllowed: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { plan_sha256: string; reason: string }) => post("/v1/overrides", asked),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["cost"] });
      void queries.invalidateQueries({ queryKey: ["costs"] });
      onAllowed();
    },
  });
}
