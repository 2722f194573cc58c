import type { InputSpec, InputState } from "../api/types";
import { type Choose, type InputNow, inputsNow } from "./inputs";
import { Picker } from "./Picker";
import { type Chosen, readRange, writeSelection } from "./params";
import { selectionOf } from "./picking";
import { RangeInput } from "./RangeInput";
import { SelectInput } from "./SelectInput";
import { TextInput } from "./TextInput";

interface FilterBarProps {
  specs: Record<string, InputSpec>;
  states: Record<string, InputState>;
  chosen: Chosen;
  /** The day it is for the dashboard, as an ISO date. */
  today?: string | undefined;
  onChoose: Choose;
}

/** The dashboard's inputs. What is chosen is written to the URL, and from there asked of the server. */
export function FilterBar({ specs, states, chosen, today, onChoose }: FilterBarProps) {
  const inputs = Object.values(inputsNow(specs, states, chosen));
  if (inputs.length === 0) return null;
  const changed = inputs.filter((input) => input.name in chosen);
  return (
    <section className="filters" aria-label="Inputs">
      {inputs.map((input) => (
        <Control key={input.name} input={input} today={today} onChoose={onChoose} />
      ))}
      {changed.length > 0 && (
        <button
          type="button"
          className="text-button"
          onClick={() => {
            for (const input of changed) onChoose(input.name, null);
          }}
        >
          Reset
        </button>
      )}
    </section>
  );
}

interface ControlProps {
  input: InputNow;
  today: string | undefined;
  onChoose: Choose;
}

function Control({ input, today, onChoose }: ControlProps) {
  const { name, label, spec, value, options, known } = input;
  const id = `input-${name}`;
  const choose = (values: string[]) => onChoose(name, values);
  switch (spec.type) {
    case "multi_select":
      return (
        <Picker
          {...{ id, label, options, known }}
          many
          selection={selectionOf(input)}
          onSelect={(selection) => choose(writeSelection(selection))}
        />
      );
    case "select":
      return (
        <SelectInput {...{ id, label, options, known }} selection={selectionOf(input)} onChange={choose} />
      );
    case "date_range":
      return <RangeInput {...{ id, label, today }} kind="date" range={readRange(value)} onChange={choose} />;
    case "number_range":
      return (
        <RangeInput
          {...{ id, label }}
          kind="number"
          range={readRange(value)}
          min={spec.min}
          max={spec.max}
          step={typeof spec.step === "number" ? spec.step : null}
          onChange={choose}
        />
      );
    case "toggle":
      return (
        <div className="field">
          <label htmlFor={id}>{label}</label>
          <input
            id={id}
            type="checkbox"
            role="switch"
            className="switch-input"
            checked={value === true}
            aria-checked={value === true}
            onChange={(event) => choose([String(event.target.checked)])}
          />
        </div>
      );
    default:
      return (
        <TextInput
          {...{ id, label }}
          value={typeof value === "string" ? value : ""}
          onChange={(text) => choose([text])}
        />
      );
  }
}
