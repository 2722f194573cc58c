import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, post, send } from "../api/client";
import type { DashboardEntry } from "../api/types";
import { quoted } from "../format/quoted";
import { tell } from "../shell/toast";
import { focusMain } from "../shell/useArrival";
import { type Renamed, renameDashboard } from "./rename";

const base = (slug: string) => `/v1/dashboards/${encodeURIComponent(slug)}`;
const KEY = ["dashboards"];

function change(client: QueryClient, how: (all: DashboardEntry[]) => DashboardEntry[]): void {
  client.setQueryData<DashboardEntry[]>(KEY, (all) => (all ? how(all) : all));
}

function complain(error: unknown, doing: string): void {
  const hint = error instanceof ApiError && error.hint ? ` ${error.hint}` : "";
  tell({ text: `${doing}: ${error instanceof Error ? error.message : String(error)}${hint}`, bad: true });
}

/** Takes a dashboard off the list at once, with a way back. */
export function useDelete() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const bringBack = async (entry: DashboardEntry) => {
    try {
      await post(`${base(entry.slug)}/undelete`);
      tell({ text: `${quoted(entry.title)} is back.` });
    } catch (error) {
      complain(error, `${quoted(entry.title)} could not be brought back`);
    }
    await refresh();
    await client.invalidateQueries({ queryKey: ["page", entry.slug] });
  };
  return useMutation({
    mutationFn: (entry: DashboardEntry) =>
      send(base(entry.slug), { method: "DELETE", headers: { "If-Match": `"${entry.revision}"` } }),
    onMutate: async (entry) => {
      await client.cancelQueries({ queryKey: KEY });
      change(client, (all) => all.filter((one) => one.slug !== entry.slug));
      focusMain();
    },
    onSuccess: (_, entry) =>
      tell({
        text: `${quoted(entry.title)} is deleted.`,
        action: { label: "Undo", run: () => void bringBack(entry) },
      }),
    onError: (error, entry) => complain(error, `${quoted(entry.title)} could not be deleted`),
    onSettled: (_, __, entry) => {
      client.removeQueries({ queryKey: ["page", entry.slug] });
      return refresh();
    },
  });
}

/** Puts a draft among the team's dashboards. */
export function useKeep() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (entry: DashboardEntry) => post(`${base(entry.slug)}/keep`),
    onSuccess: (_, entry) => tell({ text: `${quoted(entry.title)} is kept.` }),
    onError: (error, entry) => complain(error, `${quoted(entry.title)} could not be kept`),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRename(entry: DashboardEntry, onDone: (renamed: Renamed) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (to: Renamed) => renameDashboard(entry, to),
    onSuccess: (_, to) => onDone(to),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: KEY }),
        client.invalidateQueries({ queryKey: ["page", entry.slug] }),
      ]),
  });
}
