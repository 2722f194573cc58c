import type { DashboardEntry } from "../api/types";
import { find } from "../shell/search";

export const SORTS = { updated: "Last updated", title: "Title", owner: "Owner" } as const;
export type Sort = keyof typeof SORTS;

/** What the list shows: what is searched for, and the order; null leaves it to the search, or to time. */
export interface Listing {
  query: string;
  sort: Sort | null;
}

export function readListing(params: URLSearchParams): Listing {
  const sort = params.get("sort");
  return {
    query: params.get("q") ?? "",
    sort: sort !== null && Object.hasOwn(SORTS, sort) ? (sort as Sort) : null,
  };
}

/** The same address with another listing; what is at its default stands nowhere. */
export function withListing(url: URL, { query, sort }: Listing): string {
  const params = new URLSearchParams(url.search);
  for (const [name, value] of [
    ["q", query],
    ["sort", sort ?? ""],
  ] as const)
    if (value === "") params.delete(name);
    else params.set(name, value);
  return url.pathname + (params.size > 0 ? `?${params}` : "");
}

export function arrange(entries: readonly DashboardEntry[], { query, sort }: Listing): DashboardEntry[] {
  const found = find(entries, query, fields);
  if (sort === null && query.trim() !== "") return found;
  return found.sort(ORDERS[sort ?? "updated"]);
}

function fields(entry: DashboardEntry) {
  return [
    { text: entry.title, weight: 4 },
    { text: entry.slug, weight: 3 },
    { text: entry.owner, weight: 2 },
    { text: entry.description, weight: 1 },
  ];
}

type Order = (a: DashboardEntry, b: DashboardEntry) => number;

const byTitle: Order = (a, b) =>
  a.title.localeCompare(b.title, "en", { numeric: true, sensitivity: "base" }) || (a.slug < b.slug ? -1 : 1);
const byTime: Order = (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at) || byTitle(a, b);

const ORDERS: Record<Sort, Order> = {
  updated: byTime,
  title: byTitle,
  owner: (a, b) => {
    if (a.owner === b.owner) return byTime(a, b);
    if (!a.owner || !b.owner) return a.owner ? -1 : 1;
    return a.owner.localeCompare(b.owner, "en", { sensitivity: "base" }) || byTime(a, b);
  },
};
