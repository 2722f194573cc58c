import type { Columns } from "../api/types";
import { cellText, type TableColumn } from "./table";

const AT_ONCE_MS = 8;

/**
 * The rows, in their order, of which some shown cell holds the text, whatever its case. Works in short pieces, so that
 * typing goes on; null when `signal` ends it.
 */
export async function findRows(
  data: Columns,
  columns: readonly TableColumn[],
  order: readonly number[],
  text: string,
  signal: AbortSignal,
): Promise<number[] | null> {
  const wanted = text.toLowerCase();
  const found: number[] = [];
  let pause = performance.now() + AT_ONCE_MS;
  for (const row of order) {
    if (columns.some((column) => holds(data[column.key]?.at(row), column, wanted))) found.push(row);
    if (performance.now() < pause) continue;
    await new Promise((resume) => setTimeout(resume));
    if (signal.aborted) return null;
    pause = performance.now() + AT_ONCE_MS;
  }
  return signal.aborted ? null : found;
}

function holds(value: unknown, column: TableColumn, wanted: string): boolean {
  if (value === null || value === undefined) return false;
  return cellText(value, column).toLowerCase().includes(wanted);
}
