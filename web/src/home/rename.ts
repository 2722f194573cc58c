import { getJson, getText, post, send } from "../api/client";
import type { DashboardEntry } from "../api/types";
import { withTitle } from "./title";

/** What a dashboard is to be called, and its name in the address. */
export interface Renamed {
  title: string;
  slug: string;
}

/**
 * Gives a dashboard another title, in its file, and another address. Each is one step for the server; when the second
 * fails the first holds. Throws ApiError.
 */
export async function renameDashboard(entry: DashboardEntry, to: Renamed): Promise<void> {
  const base = `/v1/dashboards/${encodeURIComponent(entry.slug)}`;
  let revision = entry.revision;
  if (to.title !== entry.title) {
    const [yaml, { parseDocument }] = await Promise.all([getText(`${base}/yaml`), import("yaml")]);
    await send(base, {
      method: "PUT",
      headers: { "If-Match": `"${revision}"`, "Content-Type": "application/yaml" },
      body: withTitle(yaml, to.title, parseDocument),
    });
    revision = (await getJson<DashboardEntry>(base)).revision;
  }
  if (to.slug === entry.slug) return;
  await post(`${base}/rename`, { slug: to.slug }, { headers: { "If-Match": `"${revision}"` } });
}
