import { useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client";
import { type SuggestColumn, suggest } from "./suggest";

interface Named {
  id: string;
  name: string;
  rows?: number | null;
  columns?: SuggestColumn[];
}

/** Example questions from the largest table of a connection, by default the first; none when there is nothing to ask about. */
export function useSuggestions(connection: string | null): string[] {
  const { data } = useQuery({
    queryKey: ["suggestions", connection],
    queryFn: ({ signal }) => load(connection, signal),
    staleTime: 600_000,
    retry: false,
  });
  return data ?? [];
}

async function load(name: string | null, signal: AbortSignal): Promise<string[]> {
  const known = items(await getJson("/v1/connections", signal), "connections");
  const connection = known.find((one) => one.name === name) ?? known[0];
  if (!connection) return [];
  const [dataset] = items(
    await getJson(`/v1/connections/${encodeURIComponent(connection.id)}/datasets`, signal),
    "datasets",
  );
  if (!dataset) return [];
  const tables = items(
    await getJson(`/v1/datasets/${encodeURIComponent(dataset.id)}/tables`, signal),
    "tables",
  );
  const largest = tables.toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))[0];
  if (!largest) return [];
  const schema = await getJson<Named>(`/v1/tables/${encodeURIComponent(largest.id)}`, signal);
  return suggest({ name: largest.name, columns: schema.columns ?? [] });
}

function items(answer: unknown, key: string): Named[] {
  const list = Array.isArray(answer) ? answer : (answer as Record<string, unknown> | null)?.[key];
  return Array.isArray(list) ? (list as Named[]) : [];
}
