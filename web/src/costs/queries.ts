import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getAnswer, postAnswer } from "../api/answers";

export function useTeamCosts(days: number) {
  return useQuery({
    queryKey: ["costs", days],
    queryFn: ({ signal }) =>
      getAnswer("/v1/costs", {}, { query: new URLSearchParams({ days: String(days) }), signal }),
    placeholderData: keepPreviousData,
  });
}

/** What a dashboard costs for the inputs of `query`, asked once its data is there. */
export function useDashboardCost(slug: string, revision: number, query: string, ready: boolean) {
  return useQuery({
    queryKey: ["cost", slug, revision, query],
    queryFn: ({ signal }) =>
      getAnswer("/v1/dashboards/{slug}/cost", { slug }, { query: new URLSearchParams(query), signal }),
    enabled: ready,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

/** Lets one plan run over its budget, once. */
export function useAllowOnce(onAllowed: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { plan_sha256: string; reason: string }) =>
      postAnswer("/v1/overrides", {}, { json: asked }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["cost"] });
      void queries.invalidateQueries({ queryKey: ["costs"] });
      onAllowed();
    },
  });
}
