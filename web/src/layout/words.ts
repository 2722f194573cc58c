import type { DashboardFile } from "./file";
import { COLUMNS, find, type Height, type Rows } from "./grid";

const HEIGHTS = { sm: "low", md: "medium", lg: "high" } as const;

export const heightWords = (height: Height): string =>
  typeof height === "number" ? `${height} pixels high` : HEIGHTS[height];

export const titleOf = (file: DashboardFile, view: string): string => file.views[view]?.title || view;

/** Where a view stands, in words: `Trend: row 2, place 1 of 3, 6 of 12 columns wide, medium`. */
export function placeWords(rows: Rows, view: string, file: DashboardFile): string {
  const found = find(rows, view);
  const row = found && rows[found.row];
  if (!found || !row) return `${titleOf(file, view)} is not on the page`;
  const place = row.items.length > 1 ? `, place ${found.at + 1} of ${row.items.length}` : "";
  const wide = `${found.item.span} of ${COLUMNS} columns wide`;
  return `${titleOf(file, view)}: row ${found.row + 1}${place}, ${wide}, ${heightWords(row.height)}`;
}
