import { ApiError, getJson, send } from "../api/client";
import { noteSave } from "../dashboard/saves";
import { askFile, askRevisions, dashboardUrl, type Revision } from "./revisions";

export interface Base {
  revision: number;
  /** The file as it was saved. */
  file: string;
}

/** What somebody else saved after the revision that was opened. */
export interface Meanwhile extends Base {
  by: Revision | null;
}

async function put(slug: string, file: string, condition: Record<string, string>): Promise<Base> {
  const response = await send(dashboardUrl(slug), {
    method: "PUT",
    headers: { "Content-Type": "application/yaml", ...condition },
    body: file,
  });
  const saved = (await response.json()) as { revision: number };
  noteSave(slug, saved.revision);
  return { revision: saved.revision, file };
}

/** Saves over a revision; throws ApiError with status 412 if it is no longer the newest. */
export function saveOver(slug: string, file: string, revision: number): Promise<Base> {
  return put(slug, file, { "If-Match": `"${revision}"` });
}

export function saveNew(slug: string, file: string): Promise<Base> {
  return put(slug, file, { "If-None-Match": "*" });
}

export const isStale = (error: unknown) => error instanceof ApiError && error.status === 412;

/** The newest revision as it stands now, and who saved it. */
export async function askNewest(slug: string, signal?: AbortSignal): Promise<Meanwhile> {
  const { revision } = await getJson<{ revision: number }>(dashboardUrl(slug), signal);
  const [file, { revisions }] = await Promise.all([
    askFile(slug, revision, signal),
    askRevisions(slug, signal),
  ]);
  return { revision, file, by: revisions.find((one) => one.revision === revision) ?? null };
}

/** A slug made of what somebody wrote; "" if nothing of it can stand in one. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}
