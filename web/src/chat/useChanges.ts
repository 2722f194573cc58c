import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { ApiError, getJson, post, send } from "../api/client";
import { noteSave } from "../dashboard/saves";
import { tell } from "../shell/toast";
import { type Change, changesOf, type Revision, type Standing, standing } from "./changes";
import type { Turn } from "./transcript";

const NOWHERE: Standing = { head: 0, undo: null, redo: null, undone: [] };

export interface Changes extends Standing {
  /** Whether the dashboard is deleted: the change that made it was undone. */
  gone: boolean;
  /** Whether the server has told how the dashboard stands, or cannot. */
  known: boolean;
  pending: boolean;
  /** Undoes or redoes a change; resolves to whether that worked. Says what it did, with the way back. */
  take: (how: "undo" | "redo", change: Change, silent?: boolean) => Promise<boolean>;
}

/** What a conversation did to its dashboard, as the server has it now, and the way back. */
export function useChanges(turns: readonly Turn[], busy: boolean): Changes {
  const client = useQueryClient();
  const all = useMemo(() => changesOf(turns), [turns]);
  const last = all.at(-1);
  const key = ["revisions", last?.slug, "standing", last?.to];
  const { data, isError } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readRevisions(last?.slug ?? "", signal),
    enabled: last !== undefined && !busy,
    staleTime: 0,
  });
  const found = last && data !== undefined ? standing(all, last.slug, data) : NOWHERE;
  const now = busy ? { ...found, undo: null, redo: null } : found;
  const refresh = (slug: string) =>
    Promise.all(
      [["revisions", slug], ["page", slug], ["yaml", slug], ["dashboards"]].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
  const { mutateAsync, isPending } = useMutation({
    mutationFn: ({ how, change }: { how: "undo" | "redo"; change: Change }) => move(how, change, now.head),
    onSuccess: (revisions, { change }) => {
      client.setQueryData(key, revisions);
      // A page that is gone must not be asked for.
      if (revisions === null) client.removeQueries({ queryKey: ["page", change.slug] });
      return revisions === null
        ? client.invalidateQueries({ queryKey: ["dashboards"] })
        : refresh(change.slug);
    },
    onError: (_, { change }) => refresh(change.slug),
  });
  const take = async (how: "undo" | "redo", change: Change, silent = false): Promise<boolean> => {
    try {
      await mutateAsync({ how, change });
    } catch (error) {
      tell({ text: told(how, error), bad: true });
      return false;
    }
    if (!silent) tell({ text: how === "undo" ? undone(change) : "The change is back.", action: back(how) });
    return true;
  };
  const back = (how: "undo" | "redo") => {
    const other = how === "undo" ? "redo" : "undo";
    const run = () => {
      const change = latest.current[other];
      if (change) void latest.current.take(other, change);
    };
    return { label: other === "redo" ? "Redo" : "Undo", run };
  };
  const gone = data === null && last !== undefined;
  const known = last === undefined || data !== undefined || isError;
  const changes = { ...now, gone, known, pending: isPending, take };
  const latest = useRef(changes);
  latest.current = changes;
  return changes;
}

/** Every revision; null for a dashboard that is not there. Asked of the list first, which never fails for a missing one. */
async function readRevisions(slug: string, signal?: AbortSignal): Promise<Revision[] | null> {
  const { dashboards } = await getJson<{ dashboards: { slug: string }[] }>("/v1/dashboards", signal);
  if (!dashboards.some((it) => it.slug === slug)) return null;
  const path = `/v1/dashboards/${encodeURIComponent(slug)}/revisions`;
  return (await getJson<{ revisions: Revision[] }>(path, signal)).revisions;
}

async function move(how: "undo" | "redo", change: Change, head: number | null): Promise<Revision[] | null> {
  const path = `/v1/dashboards/${encodeURIComponent(change.slug)}`;
  const headers = { "If-Match": `"${head}"` };
  const revision = how === "undo" ? change.from : change.to;
  if (revision === null) {
    await send(path, { method: "DELETE", headers });
    return null;
  }
  if (head === null) await post(`${path}/undelete`);
  else await post(`${path}/restore`, { revision }, { headers });
  const revisions = await readRevisions(change.slug);
  const newest = revisions?.[0]?.revision;
  if (head !== null && newest !== undefined) noteSave(change.slug, newest);
  return revisions;
}

function undone(change: Change): string {
  return change.from === null
    ? `Undone: “${change.slug}” is taken away.`
    : "Undone: the dashboard is as it was before.";
}

function told(how: "undo" | "redo", error: unknown): string {
  if (error instanceof ApiError && error.status === 412)
    return `The dashboard has changed since, so there is nothing to ${how} here.`;
  const hint = error instanceof ApiError && error.hint ? ` ${error.hint}` : "";
  return `The change could not be ${how === "undo" ? "undone" : "redone"}: ${
    error instanceof Error ? error.message : String(error)
  }${hint}`;
}
