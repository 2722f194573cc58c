import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { getAnswer } from "../api/answers";
import type { DashboardEntry, ThumbnailAnswer } from "../api/types";
import { ViewGlyph } from "../dashboard/ViewGlyph";
import { useTheme } from "../shell/theme";
import { flattenTrace } from "../views/trace";

/** A dashboard's first chart drawn small, once it is in sight; signs of its views where there is none to draw. */
export function Thumbnail({ entry }: { entry: DashboardEntry }) {
  const place = useRef<HTMLSpanElement>(null);
  const seen = useSeen(place);
  const picture = useQuery({
    queryKey: ["thumbnail", entry.slug, entry.revision],
    queryFn: ({ signal }) => getAnswer("/v1/dashboards/{slug}/thumbnail", { slug: entry.slug }, { signal }),
    enabled: seen,
    staleTime: 300_000,
    retry: false,
  });
  const found = picture.data ? drawable(picture.data) : null;
  const state = useDrawn(place, found);
  const none = picture.isError || (picture.isSuccess && found === null) || state === "failed";
  return (
    <span className="thumb" data-state={none ? "none" : state} aria-hidden="true">
      <span className="thumb-chart" ref={place} />
      {none && (
        <span className="glyphs">
          {entry.view_types.slice(0, 4).map((type, index) => (
            <ViewGlyph type={type} key={index} />
          ))}
        </span>
      )}
    </span>
  );
}

function drawable({ view, insight }: ThumbnailAnswer) {
  if (!view?.vega_lite || !insight) return null;
  return { view, insight: "null_cohort" in insight ? flattenTrace(insight) : insight };
}

function useSeen(place: React.RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || seen) return;
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      { rootMargin: "160px" },
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [place, seen]);
  return seen;
}

type Drawn = "waiting" | "drawn" | "failed";

function useDrawn(place: React.RefObject<HTMLElement | null>, found: ReturnType<typeof drawable>): Drawn {
  const [state, setState] = useState<Drawn>("waiting");
  const theme = useTheme();
  const view = found?.view;
  const insight = found?.insight;
  useEffect(() => {
    const element = place.current;
    if (!element || !view || !insight) return;
    const over = new AbortController();
    const set = (next: Drawn) => !over.signal.aborted && setState(next);
    // The charts' code is large: it is fetched when there is something to draw.
    import("./drawThumbnail")
      .then(({ drawThumbnail }) => drawThumbnail(element, { view, insight, theme }, over.signal))
      .then(
        () => set("drawn"),
        () => set("failed"),
      );
    return () => over.abort();
  }, [place, view, insight, theme]);
  return state;
}
