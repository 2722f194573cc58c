import { useCallback, useRef } from "react";
import { ApiError } from "../api/client";
import type { DashboardPageSpec, DataAnswer, Failure, InsightAnswer, ViewSpec } from "../api/types";
import type { Shown } from "../engine/merge";
import { type Choose, inputsNow } from "../inputs/inputs";
import type { Chosen } from "../inputs/params";
import { flattenTrace } from "../views/trace";
import type { Freshness } from "./freshness";
import { ViewCard } from "./ViewCard";

interface GridProps {
  page: DashboardPageSpec;
  answer: Shown | null;
  failure: Error | null;
  refreshing: boolean;
  chosen: Chosen;
  onChoose: Choose;
  /** Whether it shows the dashboard as saved; else its menus offer only what needs no server. */
  saved?: boolean;
  /** The view that the address names. */
  pointed?: string | null;
  /** What the page above says on how fresh its views are. */
  freshness?: Freshness | null;
  onRetry?: () => void;
}

/** The views in the rows of the layout, twelve columns wide; one column on a phone. */
export function Grid({ page, answer, failure, refreshing, chosen, onChoose, ...rest }: GridProps) {
  const { saved = true, pointed = null, freshness = null, onRetry } = rest;
  const inputs = inputsNow(page.inputs, answer?.inputs ?? {}, chosen);
  const latest = useRef(onChoose);
  latest.current = onChoose;
  const choose = useCallback<Choose>((...chosen) => latest.current(...chosen), []);
  return (
    <div className="grid">
      {page.layout.rows.map((row, index) => (
        <div className="grid-row" key={index} data-height={row.height} data-low={lowness(page, row.items)}>
          {row.items.map((item) => {
            const view = page.views[item.view];
            if (!view) return null;
            return (
              <div className="grid-item" key={item.view} data-span={Math.min(12, Math.max(1, item.span))}>
                <ViewCard
                  name={item.view}
                  view={view}
                  theme={page.theme}
                  insight={pick(answer, failure, view)}
                  refreshing={refreshing || (answer?.waiting?.includes(view.insight ?? "") ?? false)}
                  inputs={inputs}
                  onChoose={choose}
                  slug={saved ? page.slug : null}
                  pointed={pointed === item.view}
                  freshness={freshness}
                  onRetry={onRetry}
                />
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Rows of tiles or text alone are as high as what they hold. */
function lowness(page: DashboardPageSpec, items: { view: string }[]): "tiles" | "text" | undefined {
  const types = items.map((item) => page.views[item.view]?.type);
  if (types.every((type) => type === "text")) return "text";
  return types.every((type) => type === "metric" || type === "text") ? "tiles" : undefined;
}

/** null for a view that needs no data; undefined while it is on its way. */
export function pick(
  answer: DataAnswer | null,
  failure: Error | null,
  { insight, trace }: ViewSpec,
): InsightAnswer | null | undefined {
  const name = trace ?? insight;
  if (name === null) return null;
  if (!answer) return failure ? { error: asFailure(failure) } : undefined;
  const missing = {
    code: "no_data",
    message: `The answer holds no ${trace ? "trace" : "insight"} “${name}”.`,
    hint: "Reload the page.",
  };
  if (!trace) return answer.insights[name] ?? { error: missing };
  const found = answer.traces?.[name] ?? { error: missing };
  return "error" in found ? found : flattenTrace(found);
}

function asFailure(error: Error): Failure {
  if (error instanceof ApiError) {
    const { code, message, hint, details } = error;
    return { code, message, hint, details };
  }
  return { code: "unexpected", message: error.message };
}

export function GridSkeleton() {
  return (
    <div className="grid" aria-hidden="true">
      <div className="grid-row" data-height="sm" data-low="tiles">
        {[1, 2, 3, 4].map((n) => (
          <div className="grid-item" data-span="3" key={n}>
            <div className="card metric bone" />
          </div>
        ))}
      </div>
      <div className="grid-row" data-height="md">
        <div className="grid-item" data-span="12">
          <div className="card bone" />
        </div>
      </div>
    </div>
  );
}
