import { lazy, type RefObject, Suspense, useEffect, useMemo, useRef } from "react";
import type { Failure, InsightAnswer, ViewSpec } from "../api/types";
import { readOverBudget } from "../costs/overBudget";
import type { Choose, Inputs } from "../inputs/inputs";
import { gestureWords } from "../views/gestureWords";
import type { Picture } from "../views/picture";
import { rowCount } from "../views/rows";
import { type Words, withWords, wordsOf } from "../views/templates";
import type { Freshness } from "./freshness";
import { Loading } from "./Loading";
import { Provenance } from "./Provenance";
import { useViewActions } from "./useViewActions";
import { ViewBoundary } from "./ViewBoundary";
import { ViewContent } from "./ViewContent";
import { ViewMenu } from "./ViewMenu";

const OverBudgetNote = lazy(() => import("../costs/OverBudgetNote"));
const SqlDialog = lazy(() => import("./SqlDialog"));
const DataDialog = lazy(() => import("./DataDialog"));
const FullScreen = lazy(() => import("./FullScreen"));

interface ViewCardProps {
  name: string;
  view: ViewSpec;
  theme: string | null;
  /** null: the view needs none. undefined: on its way. */
  insight: InsightAnswer | null | undefined;
  refreshing: boolean;
  inputs: Inputs;
  onChoose: Choose;
  /** The saved dashboard it belongs to; without one its menu offers what needs no server. */
  slug?: string | null;
  /** The address names this view. */
  pointed?: boolean;
  /** What the page says on how fresh its views are. */
  freshness?: Freshness | null;
  onRetry?: (() => void) | undefined;
}

type State = "loading" | "empty" | "error" | "ready";

/** One view with its title, its state, what can be done with it, and a word on where its numbers come from. */
export function ViewCard(props: ViewCardProps) {
  const { name, view: written, theme, insight, refreshing, inputs, onChoose } = props;
  const { slug = null, pointed = false, freshness, onRetry } = props;
  const words = useWords(written, inputs);
  const view = useMemo(() => withWords(written, words), [written, words]);
  const gestured = useGestured(view, inputs);
  const state = stateOf(insight);
  const good = insight && !("error" in insight) ? insight : null;
  const title = view.title || name;
  const part = partOf(view);
  const picture = useRef<Picture | null>(null);
  const subject = { name, title, view, part, insight: good, slug, picture, pointed };
  const { items, opened, close, said } = useViewActions(subject);
  const card = usePointed(pointed);
  const content = { view, theme, words, inputs: gestured, onChoose };
  return (
    <section
      ref={card}
      className={`card ${view.type}`}
      data-view={name}
      data-view-type={view.type}
      data-state={state}
      data-refreshing={refreshing}
      data-pointed={pointed}
      data-answered={good && (good.metadata.cache === "browser" ? "browser" : "server")}
      aria-label={title}
    >
      {view.title ? (
        <h2 className="card-title" dir="auto" title={view.description ?? undefined}>
          {view.title}
        </h2>
      ) : null}
      {items.length > 0 && <ViewMenu label={`Menu of ${title}`} items={items} />}
      <div className="card-body">
        <ViewBoundary name={name}>
          {state === "loading" && <Loading />}
          {state === "error" && insight && "error" in insight && (
            <Problem error={insight.error} onRetry={onRetry} />
          )}
          {state === "empty" && (
            <div className="card-note">
              <p className="quiet">No rows for these inputs</p>
            </div>
          )}
          {state === "ready" && <ViewContent {...content} insight={good} picture={picture} />}
        </ViewBoundary>
      </div>
      {good && (
        <Provenance
          insight={good}
          compact={view.type === "metric"}
          page={freshness}
          gesture={state === "ready" ? gestureWords(view, gestured).shown : null}
        />
      )}
      <p className="said" role="status">
        {said}
      </p>
      {opened && (
        <Suspense fallback={null}>
          {opened === "sql" && slug !== null && part !== null && (
            <SqlDialog title={title} slug={slug} part={part} onClose={close} />
          )}
          {opened === "data" && good && <DataDialog {...{ title, view }} insight={good} onClose={close} />}
          {opened === "full" && good && <FullScreen {...{ title, content }} insight={good} onClose={close} />}
        </Suspense>
      )}
    </section>
  );
}

function Problem({ error, onRetry }: { error: Failure; onRetry: (() => void) | undefined }) {
  const over = readOverBudget(error.code, error.details);
  if (over)
    return (
      <Suspense fallback={<Loading />}>
        <OverBudgetNote over={over} onRetry={onRetry} />
      </Suspense>
    );
  return (
    <div className="card-note" role="alert">
      <p className="card-problem">{error.message}</p>
      <p className="quiet">{error.hint || "Its menu shows the SQL; asking about it can mend it."}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What the server calls that which the view draws; null for a view that draws no data. */
function partOf({ trace, insight }: ViewSpec): string | null {
  return trace ? `traces.${trace}` : insight;
}

function stateOf(insight: InsightAnswer | null | undefined): State {
  if (insight === undefined) return "loading";
  if (insight === null) return "ready";
  if ("error" in insight) return "error";
  return rowCount(insight.data) === 0 ? "empty" : "ready";
}

/** Brings the card that the address names into sight, unless it is. */
function usePointed(pointed: boolean): RefObject<HTMLElement | null> {
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!pointed) return;
    const { top = 0, bottom = 0 } = card.current?.getBoundingClientRect() ?? {};
    const seen = top >= 0 && bottom <= window.innerHeight;
    if (!seen) card.current?.scrollIntoView({ block: "center" });
  }, [pointed]);
  return card;
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
