import type { ViewSpec } from "../api/types";
import type { Inputs } from "../inputs/inputs";

/** What a chart's gestures do: in a word below it, and in full for who does not see it. */
export function gestureWords(
  view: ViewSpec,
  inputs: Inputs,
): { shown: string | null; spoken: string | null } {
  const known = (view.interact ?? []).flatMap((one) => {
    const input = inputs[one.input];
    return input ? [{ how: one.on === "brush" ? "drag across" : "click", label: input.label }] : [];
  });
  if (known.length === 0) return { shown: null, spoken: null };
  const all = known.map(({ how, label }) => `${how} to filter by ${label}`).join(", ");
  const shown = all.charAt(0).toUpperCase() + all.slice(1);
  const names = known.map(({ label }) => label).join(" and ");
  const controls = known.length === 1 ? `the control ${names} does` : `the controls ${names} do`;
  return { shown, spoken: `${shown}; ${controls} the same` };
}
