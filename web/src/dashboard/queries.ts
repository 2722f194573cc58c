import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getJson, getText } from "../api/client";
import type { DashboardEntry, DashboardPageSpec, DataAnswer } from "../api/types";
import { type Chosen, chosenQuery } from "../inputs/params";

export function useDashboards() {
  return useQuery({
    queryKey: ["dashboards"],
    queryFn: ({ signal }) => getJson<{ dashboards: DashboardEntry[] }>("/v1/dashboards", signal),
    refetchOnMount: "always",
  });
}

const base = (slug: string) => `/v1/dashboards/${encodeURIComponent(slug)}`;

export function usePage(slug: string, revision: number | null) {
  return useQuery({
    queryKey: ["page", slug, revision],
    queryFn: ({ signal }) => getJson<DashboardPageSpec>(`${base(slug)}/page`, signal),
    placeholderData: keepPreviousData,
  });
}

/** The data for the chosen inputs; while other inputs load, the data before them stays. */
export function useData(slug: string, revision: number | null, chosen: Chosen, ready: boolean) {
  const query = chosenQuery(chosen);
  return useQuery({
    queryKey: ["data", slug, revision, query],
    queryFn: ({ signal }) =>
      getJson<DataAnswer>(`${base(slug)}/data${query === "" ? "" : `?${query}`}`, signal),
    placeholderData: keepPreviousData,
    enabled: ready,
  });
}

export function useYaml(slug: string, revision: number, open: boolean) {
  return useQuery({
    queryKey: ["yaml", slug, revision],
    queryFn: ({ signal }) => getText(`${base(slug)}/yaml`, signal),
    enabled: open,
  });
}
