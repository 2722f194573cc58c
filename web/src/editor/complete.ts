import { Outline, type Place, placeAt } from "./outline";
import { accessorsOf, type Key, keysOf, type Schema, schemasAt, shapeOf, valuesOf } from "./schema";

export interface Suggestion {
  label: string;
  insert: string;
  kind: "key" | "value" | "name" | "column";
  detail?: string;
  info?: string;
  /** Whether what is inserted asks for more at once. */
  goesOn?: boolean;
}

export interface Suggestions {
  from: number;
  to: number;
  options: Suggestion[];
}

export interface KnownColumn {
  name: string;
  type?: string | undefined;
}

/** What is known beyond the file: the columns of its queries, the names of connections. */
export interface Known {
  columns: ReadonlyMap<string, readonly KnownColumn[]>;
  connections: string[];
}

const RANGES = ["date_range", "number_range"];
const CHOICES = ["select", "multi_select"];
/** What views draw; the validator knows which of them each type needs. */
const PROPS = ["x", "y", "color", "value", "label", "size", "compare"];

/** What may be written at an offset of a dashboard file. */
export function suggest(text: string, offset: number, root: Schema, known: Known): Suggestions | null {
  const place = placeAt(text, offset);
  if (place.kind === "none") return null;
  const outline = new Outline(text);
  const reference = suggestReference(text, offset, place, root, outline);
  if (reference || place.kind === "text") return reference;
  const schemas = schemasAt(root, place.path, (path) => outline.value(...path));
  if (place.kind === "key" && schemas.some((one) => shapeOf(one) === "map"))
    return suggestKeys(place, offset, root, schemas, outline);
  if (place.kind === "key" && !outline.keys(...place.path.slice(0, -1)).length) return null;
  return suggestValues(place, offset, schemas, outline, known);
}

function suggestKeys(
  place: Place,
  offset: number,
  root: Schema,
  schemas: Schema[],
  outline: Outline,
): Suggestions | null {
  if (/\s/.test(place.typed)) return null;
  const there = new Set(outline.keys(...place.path));
  const typed = place.typed;
  const named = keysOf(root, schemas).filter((key) => key.name === typed || !there.has(key.name));
  const options = named.map((key) => keySuggestion(key, place));
  for (const name of namedKeys(place.path, outline))
    if (!there.has(name)) options.push({ label: name, insert: `${name}: `, kind: "name" });
  return options.length === 0 ? null : { from: offset - typed.length, to: offset, options };
}

function keySuggestion({ name, description, required, shape }: Key, place: Place): Suggestion {
  const deeper = `\n${" ".repeat(place.column + 2)}`;
  const after = shape === "scalar" || place.inFlow ? " " : shape === "list" ? `${deeper}- ` : deeper;
  return {
    label: name,
    insert: `${name}:${after}`,
    kind: "key",
    goesOn: true,
    ...(required && { detail: "required" }),
    ...(description !== null && { info: description }),
  };
}

/** Keys that the file itself or the kinds of views name. */
function namedKeys(path: string[], outline: Outline): string[] {
  const [section, name, key] = path;
  if (path.length !== 3 || !section || !name || !key) return [];
  if ((section === "insights" || section === "traces") && key === "props") return PROPS;
  if (section !== "views" || !["format", "labels", "kinds"].includes(key)) return [];
  return [
    ...new Set(
      ["insight", "trace"].flatMap((kind) => {
        const drawn = outline.value("views", name, kind);
        return drawn === null
          ? []
          : ["props", "columns"].flatMap((one) => outline.keys(`${kind}s`, drawn, one));
      }),
    ),
  ];
}

function suggestValues(
  place: Place,
  offset: number,
  schemas: Schema[],
  outline: Outline,
  known: Known,
): Suggestions | null {
  const query = queryOfExpression(place.path, outline);
  if (query !== null) {
    const word = /\w*$/.exec(place.typed)?.[0] ?? "";
    const options = columnsOf(query, known);
    options.push({
      label: "${ref(",
      insert: "${ref(",
      kind: "value",
      detail: "an input's value",
      goesOn: true,
    });
    return { from: offset - word.length, to: offset, options };
  }
  const options = [
    ...namesAt(place.path, outline, known),
    ...valuesOf(schemas).map(({ text, isDefault }) => ({
      label: text,
      insert: text,
      kind: "value" as const,
      ...(isDefault && { detail: "default" }),
    })),
  ];
  return options.length === 0 ? null : { from: offset - place.typed.length, to: offset, options };
}

/** The query whose columns an expression at this path may name. */
function queryOfExpression(path: string[], outline: Outline): string | null {
  const [section, name = "", key = "", fourth, fifth] = path;
  if (section === "insights" || section === "traces") {
    const isExpression =
      ((key === "props" || key === "columns") && path.length === 4) ||
      (key === "interactions" && path.length === 5 && fifth !== undefined) ||
      ((key === "filters" || key === "order_by") && path.length === 4) ||
      (key === "cohort_on" && path.length === 3);
    return isExpression ? (outline.value(section, name, "query") ?? "") : null;
  }
  if (section === "inputs" && key === "options" && fourth === "filter")
    return outline.value("inputs", name, "options", "query") ?? "";
  return null;
}

function columnsOf(query: string, known: Known): Suggestion[] {
  return (known.columns.get(query) ?? []).map(({ name, type }) => ({
    label: name,
    insert: name,
    kind: "column",
    ...(type && { detail: type.toLowerCase() }),
  }));
}

/** The names that the file defines and that may stand at this path. */
function namesAt(path: string[], outline: Outline, known: Known): Suggestion[] {
  const [section, name = "", key = ""] = path;
  const last = path.at(-1);
  const all = (kind: string, detail: (name: string) => string | null = () => null) =>
    outline.keys(kind).map((one) => {
      const said = detail(one);
      return { label: one, insert: one, kind: "name" as const, ...(said && { detail: said }) };
    });
  const inputs = (types: string[]) =>
    all("inputs", (one) => outline.value("inputs", one, "type")).filter((one) =>
      types.includes(one.detail ?? ""),
    );
  if (path.length === 1 && section === "connection")
    return known.connections.map((one) => ({ label: one, insert: one, kind: "name" }));
  if (last === "query") return all("queries");
  if (section === "inputs" && key === "options" && (last === "column" || last === "label_column"))
    return columnsOf(outline.value("inputs", name, "options", "query") ?? "", known);
  if (section === "layout" && last === "view")
    return all("views", (one) => outline.value("views", one, "type"));
  if (section !== "views") return [];
  if (key === "insight" && path.length === 3) return all("insights");
  if (key === "trace" && path.length === 3) return all("traces");
  if (key === "brush" && path.length === 3) return inputs(RANGES);
  if (key === "click" && (path.length === 3 || last === "input")) return inputs(CHOICES);
  return [];
}

const NAME = /\$\{\s*ref\(\s*(\w*)$/;
const ACCESSOR = /\$\{\s*ref\(\s*(\w+)\s*\)\s*\.(\w*)$/;

/** The inside of `${ref(input).accessor}`. */
function suggestReference(
  text: string,
  offset: number,
  place: Place,
  root: Schema,
  outline: Outline,
): Suggestions | null {
  const [section] = place.path;
  if (section === "queries") return null;
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const name = NAME.exec(before);
  if (name) {
    const typed = name[1] ?? "";
    const to = offset + (text[offset] === ")" ? 1 : 0);
    const options = outline.keys("inputs").map((one): Suggestion => {
      const type = outline.value("inputs", one, "type");
      return { label: one, insert: `${one}).`, kind: "name", goesOn: true, ...(type && { detail: type }) };
    });
    return options.length === 0 ? null : { from: offset - typed.length, to, options };
  }
  const accessor = ACCESSOR.exec(before);
  if (!accessor) return null;
  const [, input = "", typed = ""] = accessor;
  const to = offset + (text[offset] === "}" ? 1 : 0);
  const options = accessorsOf(root, outline.value("inputs", input, "type") ?? "").map(
    (one): Suggestion => ({ label: one, insert: `${one}}`, kind: "value" }),
  );
  return options.length === 0 ? null : { from: offset - typed.length, to, options };
}
