import { Picker } from "./Picker";
import { escapeWord, type Option } from "./params";
import { withStray } from "./stray";

interface SelectInputProps {
  id: string;
  label: string;
  options: Option[];
  selection: "all" | string[];
  known: boolean;
  onChange: (values: string[]) => void;
}

const SEARCH_FROM = 8;

/** One value of many: the browser's own list while it is short, one to search in when it is long. */
export function SelectInput({ id, label, options, selection, known, onChange }: SelectInputProps) {
  if (options.length >= SEARCH_FROM)
    return (
      <Picker
        {...{ id, label, options, selection, known }}
        many={false}
        onSelect={(next) => onChange(next === "all" ? ["all"] : next.map(escapeWord))}
      />
    );
  const [chosen] = selection === "all" ? [] : selection;
  const listed = withStray(options, selection, known || chosen !== undefined);
  const none = selection !== "all" && chosen === undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={none ? "none" : chosen === undefined ? "all" : `=${chosen}`}
        onChange={({ target: { value } }) =>
          onChange([value.startsWith("=") ? escapeWord(value.slice(1)) : value])
        }
      >
        <option value="all">All</option>
        {none && <option value="none">None</option>}
        {listed.map((option) => (
          <option key={option.value} value={`=${option.value}`}>
            {option.stray && known ? `${option.label} (not offered now)` : option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
