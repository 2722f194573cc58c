import type { RowHeight } from "../api/types";
import type { Turn } from "./transcript";

/** A dashboard's shape before it is saved: its title, and what stands where. */
export interface Outline {
  title: string;
  rows: { height: RowHeight; items: { title: string; type: string; span: number }[] }[];
}

const MOST_ROWS = 12;

/** The newest file that the running turn has written, saved or not. */
export function writtenFile(turn: Turn | undefined): string | null {
  if (turn?.state !== "running") return null;
  for (const step of turn.steps.toReversed()) {
    if (step.kind !== "tool") continue;
    const file = asRecord(step.arguments).yaml_content;
    if (typeof file === "string" && file !== "") return file;
  }
  return null;
}

/** The shape of a file as it was parsed; null where there is none to draw. What is odd in it is left out. */
export function outlineOf(file: unknown): Outline | null {
  const { title, views, layout } = asRecord(file);
  const rows = asRecord(layout).rows;
  if (!Array.isArray(rows)) return null;
  const drawn = rows.slice(0, MOST_ROWS).map((row) => {
    const { height, items } = asRecord(row);
    return { height: isHeight(height) ? height : ("md" as const), items: readItems(items, asRecord(views)) };
  });
  const filled = drawn.filter((row) => row.items.length > 0);
  return filled.length > 0 ? { title: asText(title), rows: filled } : null;
}

function readItems(items: unknown, views: Record<string, unknown>): Outline["rows"][number]["items"] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => {
    const { view, span } = asRecord(item);
    if (typeof view !== "string") return [];
    const { title, type } = asRecord(views[view]);
    const wide = typeof span === "number" && span >= 1 && span <= 12 ? Math.round(span) : 12;
    return [{ title: asText(title) || view, type: asText(type), span: wide }];
  });
}

function isHeight(value: unknown): value is RowHeight {
  return value === "sm" || value === "md" || value === "lg";
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
