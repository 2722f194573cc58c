import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";
/** What someone chose; `system` follows the device. */
export type Choice = Theme | "system";

const KEY = "dashbridge.theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Choice {
  const value = window.localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

function current(): Theme {
  const choice = chosen();
  return choice === "system" ? (dark().matches ? "dark" : "light") : choice;
}

function apply(): void {
  document.documentElement.dataset.theme = current();
  for (const listener of listeners) listener();
}

/** Sets the theme before the first paint, and follows the device and the other tabs. */
export function startTheme(): void {
  dark().addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === KEY && apply());
  apply();
}

export function chooseTheme(choice: Choice): void {
  if (choice === "system") window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, choice);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}

export function useThemeChoice(): Choice {
  return useSyncExternalStore(subscribe, chosen);
}
