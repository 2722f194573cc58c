import type { Problem } from "../editor/problems";

/** The finding at a field: at its own path, or deeper. */
export function findingAt(problems: readonly Problem[], path: string): Problem | null {
  return problems.find((one) => one.path === path || one.path?.startsWith(`${path}/`)) ?? null;
}

const OF_VIEW = "type title insight unit format labels sort limit stack brush click text".split(" ");
const OF_INSIGHT = ["query", "props", "columns"];

/** The errors that a view's panel shows at none of its fields. */
export function strayFindings(
  problems: readonly Problem[],
  view: string,
  insight: string | undefined,
  shown: (path: string) => boolean,
): Problem[] {
  const mine = (path: string) =>
    path.startsWith(`/views/${view}`) && /^(\/|$)/.test(path.slice(`/views/${view}`.length));
  const its = (path: string) => insight !== undefined && new RegExp(`^/insights/${insight}(/|$)`).test(path);
  return problems.filter(({ path, severity }) => {
    if (severity === "warning" || path === null || !(mine(path) || its(path))) return false;
    const [, , , key = "", name] = path.split("/");
    if (mine(path)) return !OF_VIEW.includes(key) || !shown(path);
    return !OF_INSIGHT.includes(key) || name === undefined || !shown(path);
  });
}

/** The view that a finding concerns, if it concerns one. */
export function viewOf(
  problem: Problem,
  views: Record<string, { insight?: string; trace?: string }>,
): string | null {
  const [, kind, name] = (problem.path ?? "").split("/");
  if (kind === "views" && name !== undefined && name in views) return name;
  const key = kind === "insights" ? "insight" : kind === "traces" ? "trace" : null;
  if (key === null) return null;
  return Object.keys(views).find((view) => views[view]?.[key] === name) ?? null;
}
