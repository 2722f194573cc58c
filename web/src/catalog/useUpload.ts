import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { findPlace, forgetCatalog, scan } from "./queries";
import { type Uploaded, uploadFile } from "./uploadFile";

export interface UploadedPlace {
  /** The connection's id. */
  connection: string;
  dataset: string;
  table: string;
}

/** One upload: how far it is, what went wrong, and where the table is in the end. */
export function useUpload(client: QueryClient, onDone: (place: UploadedPlace) => void) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);

  const run = async (file: File, table: string, signal: AbortSignal) => {
    const made = await uploadFile(file, table, setShare, signal);
    const place = await locate(client, made);
    if (!signal.aborted) onDone(place);
  };
  return {
    share,
    error,
    busy: share !== null,
    stop: () => going.current?.abort(),
    start: (file: File, table: string) => {
      going.current = new AbortController();
      const { signal } = going.current;
      setError(null);
      setShare(0);
      run(file, table, signal)
        .catch((failure: Error) => {
          if (!(failure instanceof ApiError && failure.code === "aborted")) setError(failure);
        })
        .finally(() => setShare(null));
    },
  };
}

/** Where the new table is in the catalog, read anew if the server has not done so. */
async function locate(client: QueryClient, made: Uploaded): Promise<UploadedPlace> {
  await forgetCatalog(client);
  const known = await findPlace(client, made.connection, made.table);
  if (known) return known;
  const connection = await findPlace(client, made.connection, null);
  if (connection) await scan(connection.connection);
  await forgetCatalog(client);
  const found = await findPlace(client, made.connection, made.table);
  if (!found)
    throw new Error(`${made.table} was uploaded, but is not in the catalog yet. Rescan its connection.`);
  return found;
}
