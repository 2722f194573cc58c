import { lazy, memo, Suspense, useCallback, useMemo } from "react";
import type { Insight, InsightAnswer, ViewSpec } from "../api/types";
import { Markdown } from "../format/Markdown";
import { count, moment } from "../format/text";
import type { Choose, Inputs } from "../inputs/inputs";
import { gestureWords } from "../views/gestureWords";
import { MetricView } from "../views/MetricView";
import { rowCount } from "../views/rows";
import { TableView } from "../views/TableView";
import { fillText, type Words, withWords, wordsOf } from "../views/templates";
import { ViewBoundary } from "./ViewBoundary";

const ChartView = lazy(() => import("../views/ChartView"));

interface ViewCardProps {
  name: string;
  view: ViewSpec;
  theme: string | null;
  /** null: the view needs none. undefined: on its way. */
  insight: InsightAnswer | null | undefined;
  refreshing: boolean;
  inputs: Inputs;
  onChoose: Choose;
}

type State = "loading" | "empty" | "error" | "ready";

/** One view with its title, its state and a word on where its numbers come from. */
export function ViewCard({
  name,
  view: written,
  theme,
  insight,
  refreshing,
  inputs,
  onChoose,
}: ViewCardProps) {
  const words = useWords(written, inputs);
  const view = useMemo(() => withWords(written, words), [written, words]);
  const gestured = useGestured(view, inputs);
  const state = stateOf(insight);
  const good = insight && !("error" in insight) ? insight : null;
  const title = view.title ?? "";
  return (
    <section
      className={`card ${view.type}`}
      data-view={name}
      data-view-type={view.type}
      data-state={state}
      data-refreshing={refreshing}
      data-answered={good && (good.metadata.cache === "browser" ? "browser" : "server")}
      aria-label={title || name}
    >
      {title !== "" && (
        <h2 className="card-title" dir="auto">
          {title}
        </h2>
      )}
      <div className="card-body">
        <ViewBoundary name={name}>
          {state === "loading" && <div className="bone fill" role="status" aria-label="Loading" />}
          {state === "error" && insight && "error" in insight && (
            <div className="card-note" role="alert">
              <p className="card-problem">{insight.error.message}</p>
              {insight.error.hint && <p className="quiet">{insight.error.hint}</p>}
            </div>
          )}
          {state === "empty" && (
            <div className="card-note">
              <p className="quiet">No rows for these inputs</p>
            </div>
          )}
          {state === "ready" && (
            <Content {...{ view, theme, words, onChoose }} insight={good} inputs={gestured} />
          )}
        </ViewBoundary>
      </div>
      {good && (
        <Provenance
          insight={good}
          compact={view.type === "metric"}
          gesture={state === "ready" ? gestureWords(view, gestured).shown : null}
        />
      )}
    </section>
  );
}

function stateOf(insight: InsightAnswer | null | undefined): State {
  if (insight === undefined) return "loading";
  if (insight === null) return "ready";
  if ("error" in insight) return "error";
  return rowCount(insight.data) === 0 ? "empty" : "ready";
}

/** What is chosen, in the words of the view's texts; a new object only when they change. */
function useWords(view: ViewSpec, inputs: Inputs): Words {
  const key = JSON.stringify(wordsOf(view, inputs));
  return useMemo(() => JSON.parse(key), [key]);
}

/** The inputs that the view's gestures choose; a new object only when one of them changes. */
function useGestured(view: ViewSpec, inputs: Inputs): Inputs {
  const mine = (view.interact ?? []).flatMap(({ input: name }) => {
    const input = inputs[name];
    return input ? [[name, input] as const] : [];
  });
  const key = JSON.stringify(mine.map(([name, { value }]) => [name, value]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that matters of the inputs
  return useMemo(() => Object.fromEntries(mine), [view.interact, key]);
}

interface ContentProps {
  view: ViewSpec;
  theme: string | null;
  insight: Insight | null;
  words: Words;
  inputs: Inputs;
  onChoose: Choose;
}

const Content = memo(function Content({ view, theme, insight, words, inputs, onChoose }: ContentProps) {
  const fill = useCallback((text: string) => fillText(text, words), [words]);
  if (view.type === "text" || insight === null) return <Markdown source={view.text ?? ""} fill={fill} />;
  if (view.type === "metric") return <MetricView view={view} insight={insight} />;
  if (view.type === "table") return <TableView view={view} insight={insight} />;
  return (
    <Suspense fallback={<div className="bone fill" role="status" aria-label="Loading" />}>
      <ChartView view={view} look={theme} insight={insight} inputs={inputs} onChoose={onChoose} />
    </Suspense>
  );
});

const SOURCES: Record<string, string> = { hit: "from cache", browser: "in this browser" };

interface ProvenanceProps {
  insight: Insight;
  compact: boolean;
  gesture: string | null;
}

function Provenance({ insight, compact, gesture }: ProvenanceProps) {
  const { metadata } = insight;
  const source = SOURCES[metadata.cache] ?? "fresh";
  return (
    <footer className="provenance num">
      <span title={metadata.computed_at}>{moment(metadata.computed_at)}</span>
      <span>{source}</span>
      {!compact && <span>{count(metadata.rows, "row")}</span>}
      {metadata.truncated && <span className="warn">truncated</span>}
      {gesture && (
        <span className="gesture" aria-hidden="true">
          {gesture}
        </span>
      )}
    </footer>
  );
}
