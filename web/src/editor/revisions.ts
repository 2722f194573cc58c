import { useQuery } from "@tanstack/react-query";
import { getAnswer, postAnswer } from "../api/answers";
import { getText } from "../api/client";
import { noteSave } from "../dashboard/saves";

export interface Revision {
  revision: number;
  title: string;
  author: string;
  yaml_sha256: string;
  /** The turn that saved it; null for one that somebody saved by hand. */
  turn_id: string | null;
  created_at: string;
}

export const dashboardUrl = (slug: string) => `/v1/dashboards/${encodeURIComponent(slug)}`;

export function askRevisions(slug: string, signal?: AbortSignal): Promise<{ revisions: Revision[] }> {
  return getAnswer("/v1/dashboards/{slug}/revisions", { slug }, { ...(signal && { signal }) });
}

export function useRevisions(slug: string) {
  return useQuery({
    queryKey: ["revisions", slug],
    queryFn: ({ signal }) => askRevisions(slug, signal),
    staleTime: 0,
  });
}

export function askFile(slug: string, revision: number, signal?: AbortSignal): Promise<string> {
  return getText(`${dashboardUrl(slug)}/yaml?revision=${revision}`, signal);
}

/** A saved revision never changes. */
export function useFile(slug: string, revision: number | null) {
  return useQuery({
    queryKey: ["file", slug, revision],
    queryFn: ({ signal }) => askFile(slug, revision ?? 0, signal),
    enabled: revision !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Saves an earlier revision as the newest, if `newest` still is; the revision that it got. */
export async function restore(slug: string, revision: number, newest: number): Promise<number> {
  const how = { json: { revision }, ifMatch: newest };
  const saved = await postAnswer("/v1/dashboards/{slug}/restore", { slug }, how);
  noteSave(slug, saved.revision);
  return saved.revision;
}

/** The revision before the last turn, or before the last save by hand; null when there is nothing before it. */
export function beforeLast(revisions: Revision[]): number | null {
  const [newest] = revisions;
  if (!newest) return null;
  const found = revisions.find(
    (one) => one.revision < newest.revision && (newest.turn_id === null || one.turn_id !== newest.turn_id),
  );
  return found?.revision ?? null;
}

/** How a revision came about. */
export function origin({ turn_id }: Revision): string {
  return turn_id === null ? "by hand" : "by a question";
}
