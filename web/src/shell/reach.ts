import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { whenReached } from "../api/client";

/** Whether the server is reached: the device may be offline, or the server silent. */
export type Reach = "reached" | "offline" | "silent";

const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

const listeners = new Set<() => void>();
let reach: Reach = "reached";

function set(next: Reach): void {
  if (reach === next) return;
  reach = next;
  for (const listener of listeners) listener();
}

export function useReach(): Reach {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => reach,
  );
}

/** Watches the line: notices when it breaks, tries until it holds again, and then asks anew for what had failed. */
export function useReachWatch(queries: QueryClient): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_MS;
    const back = () => {
      clearTimeout(timer);
      timer = undefined;
      wait = FIRST_MS;
      if (reach === "reached") return;
      set("reached");
      void queries.refetchQueries({ predicate: ({ state }) => state.status === "error" });
    };
    const lost = () => {
      set(navigator.onLine ? "silent" : "offline");
      if (!navigator.onLine || timer !== undefined) return;
      timer = setTimeout(probe, wait);
      wait = Math.min(LONGEST_MS, wait * 1.6);
    };
    const probe = async () => {
      timer = undefined;
      const answered = await fetch("/healthz", { cache: "no-store" }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) back();
      else lost();
    };
    const online = () => {
      wait = FIRST_MS;
      void probe();
    };
    const seen = () => document.visibilityState === "visible" && reach !== "reached" && online();
    whenReached((reached) => (reached ? back() : lost()));
    window.addEventListener("online", online);
    window.addEventListener("offline", lost);
    document.addEventListener("visibilitychange", seen);
    if (!navigator.onLine) lost();
    return () => {
      clearTimeout(timer);
      whenReached(() => undefined);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [queries]);
}
