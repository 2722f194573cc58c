import type { InputSpec, InputState } from "../api/types";
import { MultiSelect } from "./MultiSelect";
import {
  type Chosen,
  escapeWord,
  labelOf,
  readOptions,
  readRange,
  readSelection,
  shownValue,
  writeSelection,
} from "./params";
import { RangeInput } from "./RangeInput";
import { TextInput } from "./TextInput";

type Choose = (name: string, values: string[] | null) => void;

interface FilterBarProps {
  specs: Record<string, InputSpec>;
  states: Record<string, InputState>;
  chosen: Chosen;
  onChoose: Choose;
}

/** The dashboard's inputs. What is chosen is written to the URL, and from there asked of the server. */
export function FilterBar({ specs, states, chosen, onChoose }: FilterBarProps) {
  const names = Object.keys(specs);
  if (names.length === 0) return null;
  const changed = names.filter((name) => name in chosen);
  return (
    <section className="filters" aria-label="Inputs">
      {names.map((name) => {
        const spec = specs[name];
        return spec ? (
          <Control
            key={name}
            name={name}
            spec={spec}
            state={states[name]}
            written={chosen[name]}
            onChoose={onChoose}
          />
        ) : null;
      })}
      {changed.length > 0 && (
        <button
          type="button"
          className="text-button"
          onClick={() => {
            for (const name of changed) onChoose(name, null);
          }}
        >
          Reset
        </button>
      )}
    </section>
  );
}

interface ControlProps {
  name: string;
  spec: InputSpec;
  state: InputState | undefined;
  written: string[] | undefined;
  onChoose: Choose;
}

function Control({ name, spec, state, written, onChoose }: ControlProps) {
  const id = `input-${name}`;
  const label = labelOf(name, spec);
  const value = shownValue(spec.type, written, state?.value);
  const options = readOptions(state?.options ?? (Array.isArray(spec.options) ? spec.options : null));
  switch (spec.type) {
    case "multi_select":
      return (
        <MultiSelect
          id={id}
          label={label}
          options={options}
          selection={readSelection(value)}
          onSelect={(selection) => onChoose(name, writeSelection(selection))}
        />
      );
    case "select":
      return (
        <div className="field">
          <label htmlFor={id}>{label}</label>
          <select
            id={id}
            value={selectValue(value)}
            onChange={(event) =>
              onChoose(name, [event.target.value === "" ? "all" : escapeWord(event.target.value)])
            }
          >
            <option value="">All</option>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        </div>
      );
    case "date_range":
    case "number_range":
      return (
        <RangeInput
          id={id}
          label={label}
          kind={spec.type === "date_range" ? "date" : "number"}
          range={readRange(value)}
          min={spec.min}
          max={spec.max}
          onChange={(values) => onChoose(name, values)}
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
            onChange={(event) => onChoose(name, [String(event.target.checked)])}
          />
        </div>
      );
    default:
      return (
        <TextInput
          id={id}
          label={label}
          value={typeof value === "string" ? value : ""}
          onChange={(text) => onChoose(name, [text])}
        />
      );
  }
}

function selectValue(value: unknown): string {
  return value === null || value === undefined || value === "all" || value === "none" ? "" : String(value);
}
