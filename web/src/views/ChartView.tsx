import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Insight, ViewSpec } from "../api/types";
import type { Choose, Inputs } from "../inputs/inputs";
import { picked } from "../inputs/picking";
import { useTheme } from "../shell/theme";
import { createChart } from "./chartCode";
import { type ChartRows, chartRows } from "./chartRows";
import type { Chart, Subject } from "./drawChart";
import { counted } from "./drawing";
import { readGestures } from "./gestureSpec";
import { gestureWords } from "./gestureWords";
import { Legend } from "./Legend";
import type { Picture } from "./picture";
import { pickedTexts } from "./scene";
import { nextShown, readSeries, type Series } from "./series";

interface ChartViewProps {
  view: ViewSpec;
  look: string | null;
  insight: Insight;
  /** The inputs that its gestures choose. */
  inputs: Inputs;
  onChoose: Choose;
  picture?: RefObject<Picture | null> | undefined;
}

/** A chart drawn to the size of its card, and the names of its series beside it. */
export default function ChartView({ view, look, insight, inputs, onChoose, picture }: ChartViewProps) {
  const theme = useTheme();
  const [only, setOnly] = useState<string[] | null>(null);
  const data = useMemo(() => chartRows(insight.data, insight.metadata.columns), [insight]);
  const series = useMemo(() => readSeries(view, insight.metadata.columns, data), [view, insight, data]);
  const shown = series && only?.some((name) => series.names.includes(name)) ? only : null;
  const subject = useMemo(
    () => ({ view, insight, data, look, theme, inputs, series, only: shown }),
    [view, insight, data, look, theme, inputs, series, shown],
  );
  const { place, chart, colors, problem } = useChart(subject, onChoose, picture);
  const words = gestureWords(view, inputs);
  const label = [view.title, view.alt_text || view.description, words.spoken].filter(Boolean).join(". ");
  return (
    <>
      <div className="chart-frame" data-legend={series?.orient} hidden={problem !== null}>
        {series && (
          <ChartLegend
            {...{ subject, data, series, colors, only: shown, setOnly, onChoose }}
            onPoint={(name) => chart.current?.point(name)}
          />
        )}
        <div
          ref={place}
          className="chart"
          data-drawn="false"
          data-gestures={(view.interact ?? []).map((one) => one.on).join(" ") || undefined}
          role="img"
          aria-label={label || "Chart"}
        />
      </div>
      {problem !== null && (
        <div className="card-note" role="alert">
          <p className="card-problem">This chart could not be drawn.</p>
          <p className="quiet">{problem}</p>
        </div>
      )}
    </>
  );
}

interface ChartLegendProps {
  subject: Subject;
  data: ChartRows;
  series: Series;
  colors: ReadonlyMap<string, string>;
  only: string[] | null;
  setOnly: (only: string[] | null) => void;
  onChoose: Choose;
  onPoint: (name: string | null) => void;
}

/** Where a click on the chart's marks chooses its series, its legend does the same; else it shows and hides them here. */
function ChartLegend({ subject, data, series, colors, only, setOnly, onChoose, onPoint }: ChartLegendProps) {
  const { view, inputs } = subject;
  const gestures = readGestures(view.interact);
  const input = gestures.click?.prop === series.key ? inputs[gestures.click.input] : undefined;
  if (!input)
    return (
      <Legend
        {...{ series, colors, onPoint }}
        on={only}
        verb="Show"
        onPick={(name, add) => setOnly(nextShown(series.names, only, name, add))}
        onReset={() => setOnly(null)}
      />
    );
  return (
    <Legend
      {...{ series, colors, onPoint }}
      on={pickedTexts({ gestures, inputs, data, encoding: {}, brushesItself: false })}
      verb={`Filter ${input.label} by`}
      onPick={(name, add) => {
        if (name !== data.nullText(series.key)) onChoose(input.name, picked(input, name, add));
      }}
      onReset={() => onChoose(input.name, ["all"])}
    />
  );
}

const NO_COLORS: ReadonlyMap<string, string> = new Map();

/** Keeps a chart in an element: it takes on new data, and is drawn again when its look changes. */
function useChart(subject: Subject, onChoose: Choose, picture: RefObject<Picture | null> | undefined) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const [colors, setColors] = useState(NO_COLORS);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = createChart(element, (...chosen) => choose.current(...chosen));
    chart.current = made;
    if (picture) picture.current = made.picture;
    const sizes = new ResizeObserver(([entry]) => entry && made.fit(entry.contentRect));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.end();
      chart.current = null;
      if (picture) picture.current = null;
    };
  }, [picture]);

  useEffect(() => {
    const element = place.current;
    if (!element || !chart.current) return;
    let over = false;
    element.dataset.drawn = "false";
    counted(chart.current.show(subject)).then(
      () => {
        if (over) return;
        element.dataset.drawn = "true";
        setColors((before) => sameColors(before, chart.current?.colors() ?? NO_COLORS));
        setProblem(null);
      },
      (error: unknown) => !over && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      over = true;
    };
  }, [subject]);
  return { place, chart, colors, problem };
}

/** The map before, where the one after says the same. */
function sameColors(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const same = before.size === after.size && [...after].every(([name, color]) => before.get(name) === color);
  return same ? before : after;
}
