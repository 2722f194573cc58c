import { useEffect, useRef, useState } from "react";
import type { Insight, ViewSpec } from "../api/types";
import type { Choose, Inputs } from "../inputs/inputs";
import { useTheme } from "../shell/theme";
import { type Chart, createChart } from "./drawChart";
import { gestureWords } from "./gestureWords";

interface ChartViewProps {
  view: ViewSpec;
  look: string | null;
  insight: Insight;
  /** The inputs that its gestures choose. */
  inputs: Inputs;
  onChoose: Choose;
}

/** A chart drawn to the size of its card; it takes on new data, and is drawn again when its look changes. */
export default function ChartView({ view, look, insight, inputs, onChoose }: ChartViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const theme = useTheme();
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = createChart(element, (...chosen) => choose.current(...chosen));
    chart.current = made;
    const sizes = new ResizeObserver(() => made.fit());
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.end();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const element = place.current;
    if (!element || !chart.current) return;
    let over = false;
    element.dataset.drawn = "false";
    chart.current.show({ view, insight, look, theme, inputs }).then(
      () => {
        if (over) return;
        element.dataset.drawn = "true";
        setProblem(null);
      },
      (error: unknown) => !over && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      over = true;
    };
  }, [view, insight, look, theme, inputs]);

  const words = gestureWords(view, inputs);
  const label = [view.title, view.alt_text || view.description, words.spoken].filter(Boolean).join(". ");
  return (
    <>
      <div
        ref={place}
        className="chart"
        data-drawn="false"
        data-gestures={(view.interact ?? []).map((one) => one.on).join(" ") || undefined}
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
