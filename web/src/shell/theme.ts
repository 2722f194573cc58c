import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "dashbridge.theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Theme | null {
  const value = window.localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : null;
}

function current(): Theme {
  return chosen() ?? (dark().matches ? "dark" : "light");
}

function apply(): void {
  document.documentElement.dataset.theme = current();
  for (const listener of listeners) listener();
}

/** Sets the theme before the first paint and follows the system until someone chooses. */
export function startTheme(): void {
  dark().addEventListener("change", apply);
  apply();
}

/** Chooses a theme; one that equals the system's is forgotten, so that the page follows the system again. */
export function chooseTheme(theme: Theme): void {
  if ((theme === "dark") === dark().matches) window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, theme);
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
}
