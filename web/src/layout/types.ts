/** What each view type knows, as the server checks it: props by role, and the keys of the view beside them. */

export const VIEW_TYPES = [
  "metric",
  "line",
  "bar",
  "area",
  "scatter",
  "pie",
  "heatmap",
  "table",
  "text",
] as const;
export type ViewType = (typeof VIEW_TYPES)[number];

export interface PropSpec {
  name: string;
  label: string;
  needed: boolean;
  /** Other names that fill the same role. */
  also?: readonly string[];
}

const prop = (name: string, label: string, needed = true, also: readonly string[] = []): PropSpec => ({
  name,
  label,
  needed,
  also,
});
const XY = [prop("x", "Across (x)"), prop("y", "Up (y)")];
const COLOR = prop("color", "Colour", false);

export const PROPS: Record<ViewType, readonly PropSpec[]> = {
  metric: [prop("value", "Value", true, ["y"]), prop("compare", "Compared with", false)],
  line: [...XY, COLOR],
  bar: [...XY, COLOR],
  area: [...XY, COLOR],
  scatter: [...XY, COLOR, prop("size", "Size", false), prop("label", "Label", false)],
  pie: [prop("label", "Slices", true, ["color", "x"]), prop("value", "Value", true, ["y"])],
  heatmap: [...XY, prop("value", "Value", true, ["color"])],
  table: [],
  text: [],
};

/** Which types know which key; a key not named here fits every type. */
const KEYS: Record<string, readonly ViewType[]> = {
  text: ["text"],
  compare: ["metric"],
  stack: ["bar", "area"],
  sort: ["bar", "pie", "heatmap"],
  limit: ["bar", "pie", "table"],
  vega_lite: ["line", "bar", "area", "scatter", "pie", "heatmap"],
  brush: ["line", "area", "bar", "scatter"],
  click: ["line", "area", "bar", "scatter", "pie", "heatmap"],
};
const NOT_OF_TEXT = ["insight", "trace", "format", "labels", "unit", "kinds", "alt_text"];

export function knows(type: ViewType, key: string): boolean {
  if (type === "text" && NOT_OF_TEXT.includes(key)) return false;
  return KEYS[key]?.includes(type) ?? true;
}

export const isViewType = (type: string): type is ViewType =>
  (VIEW_TYPES as readonly string[]).includes(type);

/** Props of a view of one type, named as another type knows them; `fallback` gives an x where there is none. */
export function renamed(
  props: Record<string, string>,
  type: ViewType,
  fallback: string | null,
): Record<string, string> {
  if (type === "table" || type === "text") return props;
  const measure = props.y ?? props.value;
  const across = props.x ?? props.label ?? (measure === undefined ? undefined : (fallback ?? undefined));
  const given: Record<string, string | undefined> = { ...props };
  if (type === "metric") return clean({ value: props.value ?? measure, compare: props.compare });
  if (type === "pie")
    return clean({ label: props.label ?? props.x ?? props.color ?? across, value: props.value ?? props.y });
  if (type === "heatmap") {
    if (props.value !== undefined) return clean({ x: across, y: props.y, value: props.value });
    return clean({ x: across, y: props.color ?? fallback ?? undefined, value: props.y });
  }
  given.x = across;
  given.y =
    props.value !== undefined && props.x !== undefined && props.y !== undefined ? props.value : measure;
  const known = PROPS[type].map((one) => one.name);
  if (props.value !== undefined && props.y !== undefined) given.color = props.y;
  return clean(Object.fromEntries(known.map((name) => [name, given[name]])));
}

function clean(props: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(props).filter((one): one is [string, string] => one[1] !== undefined),
  );
}
