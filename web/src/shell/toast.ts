import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  text: string;
  bad?: boolean;
  action?: { label: string; run: () => void };
}

const listeners = new Set<() => void>();
let shown: Toast | null = null;
let next = 1;

function set(toast: Toast | null): void {
  shown = toast;
  for (const listener of listeners) listener();
}

/** Tells what was done, perhaps with a way back; one at a time, the newest. */
export function tell(toast: Omit<Toast, "id">): void {
  set({ ...toast, id: next++ });
}

/** Takes a message away; without an id, whichever stands. */
export function hush(id?: number): void {
  if (shown !== null && (id === undefined || shown.id === id)) set(null);
}

export function useToast(): Toast | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
