import { lazy, Suspense, useEffect, useRef } from "react";
import type { DashboardPageSpec } from "../api/types";
import { go, here } from "../shell/location";

const YamlPanel = lazy(() => import("../editor/YamlPanel"));
const HistoryPanel = lazy(() => import("../editor/HistoryPanel"));
const EditMode = lazy(() => import("../layout/EditMode"));

export type PanelName = "yaml" | "history" | "edit";

export function readPanel(url: URL): PanelName | null {
  const name = url.searchParams.get("panel");
  return name === "yaml" || name === "history" || name === "edit" ? name : null;
}

/** The address of a dashboard's page with a panel, or without one; its inputs stay as they are. */
export function panelPath(slug: string, panel: PanelName | null, now: URL = here()): string {
  const kept = [...now.searchParams].filter(([key]) => key.startsWith("input."));
  const query = new URLSearchParams(kept);
  if (panel) query.set("panel", panel);
  return `/d/${encodeURIComponent(slug)}${query.size > 0 ? `?${query}` : ""}`;
}

/** What the address asks to see of a dashboard instead of its page. */
export function Panel({ name, page }: { name: PanelName; page: DashboardPageSpec }) {
  const { slug, revision } = page;
  const close = () => go(panelPath(slug, null));
  const shared = { slug, revision, onClose: close };
  return (
    <Suspense fallback={<div className="bone panel-bone" role="status" aria-label="Loading" />}>
      {name === "yaml" && <YamlPanel {...shared} />}
      {name === "history" && <HistoryPanel {...shared} />}
      {name === "edit" && <EditMode {...shared} page={page} />}
    </Suspense>
  );
}

/** Brings the focus back to what leads to a panel when it closes. */
export function useClosedPanel(panel: PanelName | null): void {
  const last = useRef<PanelName | null>(null);
  useEffect(() => {
    if (panel === null && last.current !== null)
      document.querySelector<HTMLElement>(`[data-panel="${last.current}"]`)?.focus();
    last.current = panel;
  }, [panel]);
}
