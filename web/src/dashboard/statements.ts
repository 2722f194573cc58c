import { useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client";
import type { InsightMode } from "../api/types";

/** How an insight is computed; the two queries are null where the server computes it in one go. */
export interface InsightStatements {
  mode: InsightMode;
  mode_reason: string;
  query: string;
  pre_query: string | null;
  post_query: string | null;
  parameters: { input: string; accessor: string }[];
  input_dependencies: string[];
}

export function useStatements(slug: string) {
  return useQuery({
    queryKey: ["statements", slug],
    queryFn: ({ signal }) =>
      getJson<{ insights: Record<string, InsightStatements> }>(
        `/v1/dashboards/${encodeURIComponent(slug)}/insights`,
        signal,
      ),
  });
}
