import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson, post, send } from "../api/client";
import { tell } from "../shell/toast";
import type { Connection, Dataset, Place, Table, TableSchema } from "./types";

const part = encodeURIComponent;

const connections = queryOptions({
  queryKey: ["connections"],
  queryFn: ({ signal }) => loadConnections(signal),
});

async function loadConnections(signal?: AbortSignal): Promise<Connection[]> {
  return (await getJson<{ connections: Connection[] }>("/v1/connections", signal)).connections;
}

/** Every connection of the team, as far as they are known; else asked for, whatever becomes of the page meanwhile. */
export async function knownConnections(client: QueryClient): Promise<Connection[]> {
  return client.getQueryData(connections.queryKey) ?? (await loadConnections());
}

const datasets = (connection: string) =>
  queryOptions({
    queryKey: ["catalog", connection, "datasets"],
    queryFn: async ({ signal }) =>
      (await getJson<{ datasets: Dataset[] }>(`/v1/connections/${part(connection)}/datasets`, signal))
        .datasets,
  });

const tables = (connection: string, dataset: string) =>
  queryOptions({
    queryKey: ["catalog", connection, "tables", dataset],
    queryFn: async ({ signal }) =>
      (await getJson<{ tables: Table[] }>(`/v1/datasets/${part(dataset)}/tables`, signal)).tables,
  });

export function useConnections(enabled = true) {
  return useQuery({ ...connections, enabled });
}

/** What the last scan of a connection found: each dataset with its tables. */
export interface Found {
  dataset: Dataset;
  tables: Table[];
}

async function loadFound(client: QueryClient, connection: string): Promise<Found[]> {
  const found = await client.fetchQuery(datasets(connection));
  return await Promise.all(
    found.map(async (dataset) => ({
      dataset,
      tables: await client.fetchQuery(tables(connection, dataset.id)),
    })),
  );
}

export function useFound(connection: string | undefined) {
  return useQuery({
    queryKey: ["catalog", connection, "found"],
    queryFn: ({ client }) => loadFound(client, connection ?? ""),
    enabled: connection !== undefined,
  });
}

/** Every table of every connection; a connection that fails is left out. */
export function usePlaces(enabled: boolean) {
  return useQuery({
    queryKey: ["catalog", "places"],
    queryFn: async ({ client }): Promise<Place[]> => {
      const known = await client.fetchQuery(connections);
      const each = known.map(async (connection) =>
        (await loadFound(client, connection.id).catch(() => [])).flatMap((found) =>
          found.tables.map((table) => ({ connection, dataset: found.dataset, table })),
        ),
      );
      return (await Promise.all(each)).flat();
    },
    enabled,
    staleTime: 60_000,
  });
}

export function useTable(id: string | undefined) {
  return useQuery({
    queryKey: ["catalog", "table", id],
    queryFn: ({ signal }) => getJson<TableSchema>(`/v1/tables/${part(id ?? "")}`, signal),
    enabled: id !== undefined,
  });
}

/** Asks for the catalog anew, whatever is known of it. */
export function forgetCatalog(client: QueryClient): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: ["connections"] }),
    client.invalidateQueries({ queryKey: ["catalog"] }),
    client.invalidateQueries({ queryKey: ["suggestions"] }),
  ]);
}

export function useValidate(connection: Connection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => post(`/v1/connections/${part(connection.id)}/validate`),
    onSuccess: () => tell({ text: `${connection.name} answers.` }),
    onSettled: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
}

export async function scan(connection: string): Promise<{ datasets: number; tables: number }> {
  const response = await post(`/v1/connections/${part(connection)}/scan`);
  return (await response.json()) as { datasets: number; tables: number };
}

export function useScan(connection: Connection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => scan(connection.id),
    onSuccess: ({ tables }) =>
      tell({ text: `${connection.name} was read anew: ${tables} ${tables === 1 ? "table" : "tables"}.` }),
    onSettled: () => forgetCatalog(client),
  });
}

/** Adds a connection and reads what is in it; a scan that fails leaves the connection. */
export async function addConnection(body: Record<string, unknown>): Promise<Connection> {
  const response = await post("/v1/connections", body);
  const made = (await response.json()) as Connection;
  await scan(made.id).catch(() => undefined);
  return made;
}

export function removeConnection(connection: string): Promise<Response> {
  return send(`/v1/connections/${part(connection)}`, { method: "DELETE" });
}

/** An address may name a connection by its id or by its name. */
export function byNameOrId(all: readonly Connection[], text: string): Connection | undefined {
  return all.find((one) => one.id === text) ?? all.find((one) => one.name === text);
}
