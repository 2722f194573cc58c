import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { forgetCatalog } from "./queries";
import { type Uploaded, uploadFile } from "./uploadFile";

/** One upload: how far it is, and what went wrong. */
export function useUpload(client: QueryClient, onDone: (made: Uploaded) => void) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);

  const run = async (file: File, table: string, replace: boolean, signal: AbortSignal) => {
    try {
      const made = await uploadFile(file, { table, replace }, setShare, signal);
      await forgetCatalog(client);
      if (!signal.aborted) onDone(made);
    } catch (failure) {
      if (!signal.aborted) setError(failure instanceof ApiError ? failure : unexpected(failure));
    } finally {
      setShare(null);
    }
  };
  return {
    share,
    error,
    busy: share !== null,
    stop: () => going.current?.abort(),
    /** Sends the file; a table that is there already is replaced only where that was asked for. */
    start: (file: File, table: string, replace = false) => {
      going.current = new AbortController();
      setError(null);
      setShare(0);
      void run(file, table, replace, going.current.signal);
    },
  };
}

function unexpected(failure: unknown): ApiError {
  return new ApiError(0, "unexpected", failure instanceof Error ? failure.message : String(failure));
}
