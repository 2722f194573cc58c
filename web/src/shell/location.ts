import { useSyncExternalStore } from "react";
import { decodePart } from "./routes";

const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", onBack);
  window.addEventListener("pagehide", settle);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener("popstate", onBack);
    window.removeEventListener("pagehide", settle);
  };
}

/** Browsers refuse more than about ten addresses a second; what changes faster is written when it has passed. */
const WRITE_MS = 120;
let ahead: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function settle(): void {
  clearTimeout(timer);
  timer = undefined;
  if (ahead !== null) window.history.replaceState(null, "", ahead);
  ahead = null;
}

function replace(path: string): void {
  ahead = new URL(path, window.location.href).href;
  if (timer === undefined) write();
}

function write(): void {
  settle();
  timer = setTimeout(() => {
    timer = undefined;
    if (ahead !== null) write();
  }, WRITE_MS);
}

/** How the page came to its address: a step forward starts at the top, a step back where the reader was. */
export let lastMove: "push" | "replace" | "back" = "replace";

function onBack(): void {
  lastMove = "back";
  clearTimeout(timer);
  timer = undefined;
  ahead = null;
  notify();
}

const href = () => ahead ?? window.location.href;

/** The address as the page shows it, which may be a moment ahead of the browser's. */
export function here(): URL {
  return new URL(href());
}

/** Goes to a path of this site without loading a page. */
export function go(path: string, how: "push" | "replace" = "push"): void {
  lastMove = how;
  if (how === "replace") replace(path);
  else {
    settle();
    window.history.pushState(null, "", path);
  }
  notify();
}

/** The current path and query, re-read whenever they change. */
export function useUrl(): URL {
  return new URL(useSyncExternalStore(subscribe, href));
}

/** The token of a sign-in link, and the URL without it. */
export function readSignIn(href: string): { token: string | null; clean: string } {
  const url = new URL(href);
  const match = /^#sign-in=(.+)$/.exec(url.hash);
  if (!match) return { token: null, clean: url.pathname + url.search };
  return { token: decodePart(match[1] ?? ""), clean: url.pathname + url.search };
}
