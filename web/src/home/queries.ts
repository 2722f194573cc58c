import { useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client";
import type { DashboardEntry } from "../api/types";

/** The team's dashboards, drafts among them. */
export function useDashboards(enabled = true) {
  return useQuery({
    queryKey: ["dashboards"],
    queryFn: async ({ signal }) =>
      (await getJson<{ dashboards: DashboardEntry[] }>("/v1/dashboards", signal)).dashboards,
    refetchOnMount: "always",
    enabled,
  });
}
