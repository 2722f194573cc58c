import { useSyncExternalStore } from "react";

/** The newest revision of each dashboard that this tab saved, or saw saved: its data is being prepared. */
const saved = new Map<string, number>();
const listeners = new Set<() => void>();

export function noteSave(slug: string, revision: number): void {
  if (saved.get(slug) === revision) return;
  saved.set(slug, revision);
  for (const listener of listeners) listener();
}

/** Whether this tab saw the revision saved. */
export function useSeenSaved(slug: string, revision: number): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => saved.get(slug) === revision,
  );
}
