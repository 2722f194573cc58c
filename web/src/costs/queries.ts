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

/** What a dashboard costs; `asked` are its inputs as a query, `#`, and what tells one state of its data from another. */
export function useDashboardCost(slug: string, revision: number, asked: string | null) {
  return useQuery({
    queryKey: ["cost", slug, revision, asked],
    queryFn: ({ signal }) =>
      getAnswer(
        "/v1/dashboards/{slug}/cost",
        { slug },
        { query: new URLSearchParams(asked?.split("#")[0]), signal },
      ),
    enabled: asked !== null,
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
      void queries.invalidateQueries({ queryKey: ["costs"] });
      onAllowed();
    },
  });
}
