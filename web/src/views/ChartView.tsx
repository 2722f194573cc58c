import { useEffect, useRef, useState } from "react";
import type { Insight, ViewSpec } from "../api/types";
import { useTheme } from "../shell/theme";
import { type Drawing, drawChart } from "./drawChart";

/** A chart drawn to the size of its card; drawn again when the data, the theme or the size changes. */
export default function ChartView({
  view,
  look,
  insight,
}: {
  view: ViewSpec;
  look: string | null;
  insight: Insight;
}) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const [problem, setProblem] = useState<string | null>(null);
  const [drawn, setDrawn] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is read from the page while drawing
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let drawing: Drawing | null = null;
    let over = false;
    setDrawn(false);
    setProblem(null);
    drawChart(element, view, insight, look).then(
      (made) => {
        if (over) return made.end();
        drawing = made;
        setDrawn(true);
      },
      (error: unknown) => !over && setProblem(error instanceof Error ? error.message : String(error)),
    );
    const sizes = new ResizeObserver(() => drawing?.fit());
    sizes.observe(element);
    return () => {
      over = true;
      sizes.disconnect();
      drawing?.end();
    };
  }, [view, insight, look, theme]);

  const label = [view.title, view.alt_text || view.description].filter(Boolean).join(". ");
  return (
    <>
      <div
        ref={place}
        className="chart"
        data-drawn={drawn}
        role="img"
        aria-label={label || "Chart"}
        hidden={problem !== null}
      />
      {problem !== null && (
        <div className="card-note" role="alert">
          <p className="card-problem">This chart could not be drawn.</p>
          <p className="quiet">{problem}</p>
        </div>
      )}
    </>
  );
}
