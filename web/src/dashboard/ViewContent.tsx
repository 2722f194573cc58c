import { memo, type RefObject, useCallback } from "react";
import type { Insight, ViewSpec } from "../api/types";
import { Markdown } from "../format/Markdown";
import type { Choose, Inputs } from "../inputs/inputs";
import { MetricView } from "../views/MetricView";
import type { Picture } from "../views/picture";
import { fillText, type Words } from "../views/templates";
import { onDemand } from "./onDemand";

const chart = onDemand(() => import("../views/ChartView"));
const table = onDemand(() => import("../views/TableView"));

/** Has the code of charts and tables fetched while their data is on its way. */
export async function fetchViewCode(): Promise<void> {
  await Promise.all([chart.fetch(), table.fetch()]);
}

interface ViewContentProps {
  view: ViewSpec;
  theme: string | null;
  insight: Insight | null;
  words: Words;
  inputs: Inputs;
  onChoose: Choose;
  /** Takes how to make a picture of the chart, while there is one. */
  picture?: RefObject<Picture | null>;
}

/** What a view shows once its data is there. */
export const ViewContent = memo(function ViewContent({
  view,
  theme,
  insight,
  words,
  inputs,
  onChoose,
  picture,
}: ViewContentProps) {
  const fill = useCallback((text: string) => fillText(text, words), [words]);
  if (view.type === "text" || insight === null) return <Markdown source={view.text ?? ""} fill={fill} />;
  if (view.type === "metric") return <MetricView view={view} insight={insight} />;
  if (view.type === "table") return <table.Component view={view} insight={insight} />;
  return (
    <chart.Component
      view={view}
      look={theme}
      insight={insight}
      inputs={inputs}
      onChoose={onChoose}
      picture={picture}
    />
  );
});
