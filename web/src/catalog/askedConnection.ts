import { useQueryClient } from "@tanstack/react-query";
import { go, here } from "../shell/location";
import { useMay } from "../shell/me";
import { knownConnections, useConnections } from "./queries";

const KEY = "dashbridge.connection";

/** Of several connections the one that a new question is about: the address's, else the last chosen, else the first. */
export function askedConnection(
  names: readonly string[],
  written: string | null,
  remembered: string | null,
): string | null {
  if (names.length < 2) return null;
  return [written, remembered].find((name) => name !== null && names.includes(name)) ?? names[0] ?? null;
}

export interface AskedConnection {
  names: readonly string[];
  /** Null where there is nothing to choose. */
  chosen: string | null;
  choose: (name: string) => void;
}

export function useAskedConnection(url: URL): AskedConnection {
  const names = (useConnections(useMay("browse")).data ?? []).map((connection) => connection.name);
  return {
    names,
    chosen: askedConnection(names, url.searchParams.get("connection"), window.localStorage.getItem(KEY)),
    choose: (name) => {
      window.localStorage.setItem(KEY, name);
      const now = here();
      now.searchParams.set("connection", name);
      go(now.pathname + now.search, "replace");
    },
  };
}

/** The same for a question that is asked before the connections are known: it waits for them. */
export function useAskingConnection(url: URL): () => Promise<string | null> {
  const client = useQueryClient();
  const browse = useMay("browse");
  const written = url.searchParams.get("connection");
  return async () => {
    if (!browse) return null;
    const names = (await knownConnections(client)).map(({ name }) => name);
    return askedConnection(names, written, window.localStorage.getItem(KEY));
  };
}
