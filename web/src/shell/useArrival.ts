import { useEffect, useRef } from "react";
import { lastMove } from "./location";

const SITE = "Dashbridge";

/** Names the tab; null leaves the name to the page itself. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = title === "" ? SITE : `${title} · ${SITE}`;
  }, [title]);
}

/**
 * On each new page the focus goes to its start, as it does where pages load; `key` tells pages apart. A field that the
 * page itself focused keeps it.
 */
export function useArrival(key: string): void {
  const before = useRef(key);
  useEffect(() => {
    if (before.current === key) return;
    before.current = key;
    if (lastMove === "push") window.scrollTo(0, 0);
    if (!document.getElementById("main")?.contains(document.activeElement)) focusMain();
  }, [key]);
}

/** Puts the focus at the start of the page, for when what had it is gone. */
export function focusMain(): void {
  const main = document.getElementById("main");
  if (!main) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
}
