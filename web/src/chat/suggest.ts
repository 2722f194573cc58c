export interface SuggestColumn {
  name: string;
  kind?: string | undefined;
  type?: string | undefined;
  distinct?: number | null | undefined;
}

export interface SuggestTable {
  name: string;
  rows?: number | null;
  columns: SuggestColumn[];
}

const MEASURES =
  /delay|amount|total|price|revenue|sales|cost|value|score|duration|distance|quantity|rating|profit/i;
const IDENTITIES = /(^|_)(id|key|code|year|month|day|hour|minute|number|num|flight)$/i;

/** Up to three questions that a table can answer, from its columns alone. */
export function suggest(table: SuggestTable): string[] {
  const things = words(table.name.split(".").at(-1) ?? table.name);
  const time = table.columns.find((column) => /date|time/i.test(kindOf(column)));
  const measure = findMeasure(table.columns);
  const group = table.columns.find(
    (column) =>
      /text|string|varchar/i.test(kindOf(column)) &&
      !/name$/i.test(column.name) &&
      (column.distinct ?? 2) >= 2 &&
      (column.distinct ?? 2) <= 60,
  );
  const questions: string[] = [];
  if (measure && group)
    questions.push(
      `How does average ${words(measure.name)} vary by ${words(group.name)}${time ? " and month" : ""}?`,
    );
  if (group) questions.push(`Which ${words(group.name)} has the most ${things}?`);
  questions.push(time ? `How many ${things} were there each month?` : `How many ${things} are there?`);
  if (!group && measure) questions.push(`What is the average ${words(measure.name)}?`);
  return questions.slice(0, 3);
}

function findMeasure(columns: SuggestColumn[]): SuggestColumn | undefined {
  const numbers = columns.filter(
    (column) =>
      /int|float|double|decimal|numeric|real/i.test(kindOf(column)) && !IDENTITIES.test(column.name),
  );
  return numbers.find((column) => MEASURES.test(column.name)) ?? numbers[0];
}

function kindOf(column: SuggestColumn): string {
  return column.kind ?? column.type ?? "";
}

function words(name: string): string {
  return name.replaceAll("_", " ").replace(/^dep /, "departure ").replace(/^arr /, "arrival ");
}
