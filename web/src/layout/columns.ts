import type { ViewType } from "./types";

export interface QueryColumn {
  name: string;
  type?: string | undefined;
}

/** The names that a SELECT gives, as far as its text tells them. */
export function columnsOf(sql: string): QueryColumn[] {
  const bare = sql
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ")
    .replace(/'(?:[^']|'')*'/g, (text) => "_".repeat(text.length));
  const parts = selectList(bare);
  return parts.flatMap((part) => {
    const name = /(?:^|[\s.)])(?:"([^"]+)"|`([^`]+)`|([A-Za-z_]\w*))\s*$/.exec(part.trim());
    const found = name?.[1] ?? name?.[2] ?? name?.[3];
    return found === undefined || /^end$/i.test(found) ? [] : [{ name: found }];
  });
}

/** What stands between the last SELECT outside of brackets and its FROM, taken apart at the commas. */
function selectList(sql: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let open: number | null = null;
  for (const match of sql.matchAll(
    /"[^"]*"|`[^`]*`|[()[\],;]|\b(?:select(?:\s+(?:distinct|all))?|from)\b/gi,
  )) {
    const [word] = match;
    const at = match.index;
    if (word === "(" || word === "[") depth += 1;
    else if (word === ")" || word === "]") depth -= 1;
    if (depth > 0) continue;
    if (/^select/i.test(word)) {
      parts.length = 0;
      open = at + word.length;
    } else if (open !== null && (word === "," || word === ";" || /^from$/i.test(word))) {
      parts.push(sql.slice(open, at));
      open = word === "," ? at + 1 : null;
    }
  }
  return open === null ? parts : [...parts, sql.slice(open)];
}

const isNumber = ({ type = "" }: QueryColumn) => /int|double|real|float|decimal|numeric|number/i.test(type);
const isTime = ({ type = "" }: QueryColumn) => /date|time/i.test(type);
const quoted = (name: string) =>
  /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** What a new view of a type might draw of these columns. */
export function guessProps(
  type: ViewType,
  columns: readonly QueryColumn[],
): { props: Record<string, string>; columns?: Record<string, string> } {
  const measured = columns.find(isNumber);
  const measure = measured ? `sum(${quoted(measured.name)})` : "count(*)";
  const names = [
    ...columns.filter(isTime),
    ...columns.filter((one) => !isTime(one) && !isNumber(one)),
    ...columns.filter((one) => isNumber(one) && one !== measured),
    ...(measured ? [measured] : []),
  ].map((one) => quoted(one.name));
  const [first = "1", second = first] = names;
  if (type === "metric") return { props: { value: measure } };
  if (type === "pie") {
    const slices = columns.find((one) => !isTime(one) && !isNumber(one));
    return { props: { label: slices ? quoted(slices.name) : first, value: measure } };
  }
  if (type === "heatmap") return { props: { x: first, y: second, value: measure } };
  if (type === "table") return { props: {}, columns: tableColumns(columns) };
  return { props: { x: first, y: measure } };
}

function tableColumns(columns: readonly QueryColumn[]): Record<string, string> {
  const shown = columns.slice(0, 8).map((one) => [columnKey(one.name), quoted(one.name)] as const);
  return shown.length === 0 ? { rows: "count(*)" } : Object.fromEntries(shown);
}

/** A column's name as the key of a table's column. */
export function columnKey(name: string): string {
  const key = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 60);
  return key === "" ? "column" : key;
}
export const columnExpression = quoted;
