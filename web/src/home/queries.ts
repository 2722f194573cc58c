import { useQuery } from "@tanstack/react-query";
import { getAnswer } from "../api/answers";

/** The team's dashboards, drafts among them. */
export function useDashboards(enabled = true) {
  return useQuery({
    queryKey: ["dashboards"],
    queryFn: async ({ signal }) => (await getAnswer("/v1/dashboards", {}, { signal })).dashboards,
    refetchOnMount: "always",
    enabled,
  });
}
