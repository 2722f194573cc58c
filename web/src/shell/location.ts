import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** Goes to a path of this site without loading a page. */
export function go(path: string, how: "push" | "replace" = "push"): void {
  if (how === "push") window.history.pushState(null, "", path);
  else window.history.replaceState(null, "", path);
  notify();
}

/** The current path and query, re-read whenever they change. */
export function useUrl(): URL {
  const href = useSyncExternalStore(subscribe, () => window.location.href);
  return new URL(href);
}

export type Route = { page: "home" } | { page: "dashboard"; slug: string } | { page: "missing" };

export function readRoute(pathname: string): Route {
  if (pathname === "/") return { page: "home" };
  const match = /^\/d\/([^/]+)\/?$/.exec(pathname);
  return match ? { page: "dashboard", slug: decodePart(match[1] ?? "") } : { page: "missing" };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The token of a sign-in link, and the URL without it. */
export function readSignIn(href: string): { token: string | null; clean: string } {
  const url = new URL(href);
  const match = /^#sign-in=(.+)$/.exec(url.hash);
  if (!match) return { token: null, clean: url.pathname + url.search };
  return { token: decodePart(match[1] ?? ""), clean: url.pathname + url.search };
}
