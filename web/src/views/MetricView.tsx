import type { Insight, ViewSpec } from "../api/types";
import { Icon } from "../shell/Icon";
import { readMetric } from "./metric";

export function MetricView({ view, insight }: { view: ViewSpec; insight: Insight }) {
  const metric = readMetric(view, insight);
  return (
    <div className="metric-body">
      <p className="figure">
        <span className="num" data-figure>
          {metric.text}
        </span>
        {metric.unit && <span className="unit">{metric.unit}</span>}
      </p>
      {metric.delta && (
        <p
          className="delta num"
          data-good={metric.delta.good ?? "unknown"}
          title={titleOf(metric.delta.good)}
        >
          {metric.delta.direction !== "flat" && (
            <Icon name={metric.delta.direction === "up" ? "up" : "arrowDown"} size={14} />
          )}
          {metric.delta.direction !== "flat" && <span className="hidden">{metric.delta.direction} </span>}
          {metric.delta.text}
          {metric.delta.good !== null && (
            <span className="hidden">{metric.delta.good ? ", better" : ", worse"}</span>
          )}
          {metric.delta.label && <span className="quiet"> {metric.delta.label}</span>}
        </p>
      )}
    </div>
  );
}

function titleOf(good: boolean | null): string | undefined {
  return good === null ? undefined : good ? "Better" : "Worse";
}
