import type { MouseEvent } from "react";
import type { Series } from "./series";

interface LegendProps {
  series: Series;
  colors: ReadonlyMap<string, string>;
  /** The names that stand apart: shown, or chosen. null: all alike. */
  on: readonly string[] | null;
  /** What a click does, for who asks: `Show`, `Filter by`. */
  verb: string;
  onPick: (name: string, add: boolean) => void;
  onReset: () => void;
  onPoint: (name: string | null) => void;
}

/** The names of a chart's series beside it: each shows one alone, or takes part in what the chart filters. */
export function Legend({ series, colors, on, verb, onPick, onReset, onPoint }: LegendProps) {
  const pick = (name: string) => (event: MouseEvent) =>
    onPick(name, event.shiftKey || event.ctrlKey || event.metaKey);
  return (
    <div
      className="legend"
      role="group"
      aria-label={series.title ?? "Series"}
      onMouseLeave={() => onPoint(null)}
    >
      {series.title && (
        <span className="legend-title" dir="auto">
          {series.title}
        </span>
      )}
      <ul>
        {series.names.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={on === null || on.includes(name)}
              aria-label={`${verb} ${name}`}
              title={name}
              onClick={pick(name)}
              onDoubleClick={onReset}
              onMouseEnter={() => onPoint(name)}
              onFocus={() => onPoint(name)}
              onBlur={() => onPoint(null)}
            >
              <span className="swatch" style={{ background: colors.get(name) }} aria-hidden="true" />
              <span className="legend-name" dir="auto">
                {name}
              </span>
            </button>
          </li>
        ))}
        {on !== null && (
          <li>
            <button type="button" className="legend-all" onClick={onReset}>
              Show all
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}
