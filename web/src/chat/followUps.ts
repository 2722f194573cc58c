import type { DashboardPageSpec, ViewSpec } from "../api/types";
import type { Turn } from "./transcript";

const MOST = 3;
const NEXT = /\n+[^\n]*\b(?:ask|try) next\b[^\n]*:\s*\n((?:\s*[-*•] [^\n]+(?:\n|$))+)\s*$/i;

/** An answer without the questions that it ends with, and these. */
export function takeFollowUps(text: string): { text: string; ideas: string[] } {
  const match = NEXT.exec(text);
  if (!match) return { text, ideas: [] };
  const ideas = (match[1] ?? "")
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s*[-*•] /, "")
        .replaceAll(/[*_`"“”]/g, "")
        .trim(),
    )
    .filter((line) => line !== "" && line.length <= 120);
  return { text: text.slice(0, match.index), ideas: ideas.slice(0, MOST) };
}

/** Up to three questions after a turn that ended well: those its answer offers, then those that the dashboard does. */
export function nextQuestions(
  turn: Turn | undefined,
  page: Pick<DashboardPageSpec, "views" | "inputs"> | undefined,
): string[] {
  if (turn?.state !== "complete") return [];
  const last = turn.steps.findLast((step) => step.kind === "text");
  const offered = last ? takeFollowUps(last.text).ideas : [];
  if (offered.length > 0) return offered;
  return page ? followUps(page) : [];
}
const GRAINS: [RegExp, string][] = [
  [/month/i, "By week instead"],
  [/week/i, "By month instead"],
  [/day|date/i, "By week instead"],
  [/quarter/i, "By month instead"],
];

/** Up to three changes that a dashboard invites, each a question as one would write it. */
export function followUps(page: Pick<DashboardPageSpec, "views" | "inputs">): string[] {
  const views = Object.values(page.views);
  const main = views.find((view) => ["line", "area", "bar"].includes(view.type)) ?? views[0];
  if (!main) return [];
  const ideas = [breakdown(page, views), grain(main), chart(main), topFive(views)];
  return ideas.filter((idea) => idea !== null).slice(0, MOST);
}

/** By what nothing is drawn apart yet though one can choose it. */
function breakdown(page: Pick<DashboardPageSpec, "inputs">, views: readonly ViewSpec[]): string | null {
  const drawn = new Set(
    views.flatMap((view) => (view.fields ?? []).map((field) => field.label.toLowerCase())),
  );
  for (const spec of Object.values(page.inputs)) {
    if (spec.type !== "multi_select" && spec.type !== "select") continue;
    const label = (spec.label ?? "").trim();
    if (label !== "" && !drawn.has(label.toLowerCase())) return `Break it down by ${label.toLowerCase()}`;
  }
  return null;
}

function grain(view: ViewSpec): string | null {
  const x = view.fields?.find((field) => field.channels.includes("x"));
  if (!x || !/temporal|date|time/i.test(x.kind)) return null;
  return GRAINS.find(([name]) => name.test(x.label))?.[1] ?? "By month instead";
}

function chart(view: ViewSpec): string {
  if (view.type === "line") return "Make it a bar chart";
  if (view.type === "area") return "Make it a line chart";
  return view.type === "table" ? "Make it a bar chart" : "Show it as a table";
}

function topFive(views: readonly ViewSpec[]): string | null {
  return views.some((view) => view.type === "bar") ? "Only the top 5" : null;
}
