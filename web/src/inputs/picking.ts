import type { InputNow } from "./inputs";
import { escapeWord, readSelection, writeSelection } from "./params";

/** The values of a select or multi_select as texts; "all" where nothing is restricted. */
export function selectionOf(input: InputNow): "all" | string[] {
  return readSelection(input.value);
}

/**
 * What to write after a click on a mark with this value: it alone, or everything again if it already was alone.
 * With `add` it joins a multi_select's values, or leaves them.
 */
export function picked(input: InputNow, value: string, add: boolean): string[] {
  const now = selectionOf(input);
  const alone = now !== "all" && now.length === 1 && now[0] === value;
  if (input.spec.type !== "multi_select") return alone ? ["all"] : [escapeWord(value)];
  if (!add) return writeSelection(alone ? "all" : [value]);
  const values = now === "all" ? [] : now;
  const next = values.includes(value) ? values.filter((it) => it !== value) : [...values, value];
  return writeSelection(next.length === 0 ? "all" : next);
}
