import type { InputSpec, InputState } from "../api/types";
import { type Chosen, labelOf, type Option, readOptions, shownValue } from "./params";

/** An input as it stands: what is chosen, at once, and what there is to choose from. */
export interface InputNow {
  name: string;
  label: string;
  spec: InputSpec;
  value: unknown;
  options: Option[];
  /** Whether the options have been told. */
  known: boolean;
}

export type Inputs = Record<string, InputNow>;
/** `passing`: on the way to another value, as while a brush moves; taken only where nothing need be asked for it. */
export type Choose = (name: string, values: string[] | null, passing?: boolean) => void;

export function inputsNow(
  specs: Record<string, InputSpec>,
  states: Record<string, InputState>,
  chosen: Chosen,
): Inputs {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, inputNow(name, spec, states[name], chosen[name])]),
  );
}

function inputNow(
  name: string,
  spec: InputSpec,
  state: InputState | undefined,
  written: string[] | undefined,
): InputNow {
  const standing = spec.resolved !== undefined && written === undefined ? spec.resolved : state?.value;
  const listed = state?.options ?? (Array.isArray(spec.options) ? spec.options : null);
  return {
    name,
    label: labelOf(name, spec),
    spec,
    value: shownValue(spec.type, written, standing),
    options: readOptions(listed),
    known: listed !== null,
  };
}
