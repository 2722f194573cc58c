import { ApiError } from "../api/client";
import type { DashboardPageSpec, DataAnswer, Failure, InsightAnswer } from "../api/types";
import { ViewCard } from "./ViewCard";

interface GridProps {
  page: DashboardPageSpec;
  answer: DataAnswer | null;
  failure: Error | null;
  refreshing: boolean;
}

/** The views in the rows of the layout, twelve columns wide; one column on a phone. */
export function Grid({ page, answer, failure, refreshing }: GridProps) {
  return (
    <div className="grid">
      {page.layout.rows.map((row, index) => (
        <div className="grid-row" key={index} data-height={row.height} data-low={lowness(page, row.items)}>
          {row.items.map((item) => {
            const view = page.views[item.view];
            if (!view) return null;
            const insight = view.insight === null ? null : pick(answer, failure, view.insight);
            return (
              <div className="grid-item" key={item.view} data-span={Math.min(12, Math.max(1, item.span))}>
                <ViewCard
                  name={item.view}
                  view={view}
                  theme={page.theme}
                  insight={insight}
                  refreshing={refreshing}
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

/** undefined while the data is on its way. */
function pick(answer: DataAnswer | null, failure: Error | null, name: string): InsightAnswer | undefined {
  if (failure) return { error: asFailure(failure) };
  if (!answer) return undefined;
  const missing = {
    code: "no_data",
    message: `The answer holds no insight “${name}”.`,
    hint: "Reload the page.",
  };
  return answer.insights[name] ?? { error: missing };
}

function asFailure(error: Error): Failure {
  if (error instanceof ApiError) return { code: error.code, message: error.message, hint: error.hint };
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
