import { go, here } from "../shell/location";
import { useMay } from "../shell/me";
import { useConnections } from "./queries";

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
