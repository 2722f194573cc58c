import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Icon } from "../shell/Icon";
import type { Option } from "./params";

interface MultiSelectProps {
  id: string;
  label: string;
  options: Option[];
  selection: "all" | string[];
  onSelect: (selection: "all" | string[]) => void;
}

const SEARCH_FROM = 9;

/** A button that opens a list of checkboxes; Escape or a click elsewhere closes it. */
export function MultiSelect({ id, label, options, selection, onSelect }: MultiSelectProps) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, [open]);

  const chosen = new Set(selection === "all" ? options.map((option) => option.value) : selection);
  const toggle = (value: string) => {
    const next = selection === "all" ? [value] : flip(selection, value);
    onSelect(next.length === 0 || next.length === options.length ? "all" : next);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  const needle = search.trim().toLowerCase();
  const shown = options.filter((option) => `${option.label} ${option.value}`.toLowerCase().includes(needle));

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only passes Escape on from the controls inside
    <div className="field" ref={box} onKeyDown={onKey}>
      <span className="field-label" id={`${id}-label`}>
        {label}
      </span>
      <button
        ref={button}
        id={id}
        type="button"
        className="picker"
        aria-expanded={open}
        aria-controls={`${id}-panel`}
        aria-labelledby={`${id}-label ${id}`}
        onClick={() => setOpen(!open)}
      >
        <span>{summary(selection, options)}</span>
        <Icon name="down" size={14} />
      </button>
      {open && (
        <fieldset className="panel" id={`${id}-panel`}>
          <legend className="hidden">{label}</legend>
          {options.length >= SEARCH_FROM && (
            <input
              type="search"
              placeholder="Find"
              aria-label={`Find in ${label}`}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          <ul>
            {needle === "" && (
              <li className="everything">
                <label>
                  <input type="checkbox" checked={selection === "all"} onChange={() => onSelect("all")} />
                  <span>All</span>
                </label>
              </li>
            )}
            {shown.map((option) => (
              <li key={option.value}>
                <label>
                  <input
                    type="checkbox"
                    checked={selection !== "all" && chosen.has(option.value)}
                    onChange={() => toggle(option.value)}
                  />
                  <span dir="auto">{option.label}</span>
                  {option.label !== option.value && <span className="quiet">{option.value}</span>}
                </label>
              </li>
            ))}
            {shown.length === 0 && <li className="quiet none">Nothing found</li>}
          </ul>
        </fieldset>
      )}
    </div>
  );
}

function flip(selection: string[], value: string): string[] {
  return selection.includes(value) ? selection.filter((it) => it !== value) : [...selection, value];
}

function summary(selection: "all" | string[], options: Option[]): string {
  if (selection === "all") return "All";
  const [first] = selection;
  if (first === undefined) return "None";
  if (selection.length === 1) return options.find((option) => option.value === first)?.label ?? first;
  return selection.length <= 3 ? selection.join(", ") : `${selection.length} of ${options.length}`;
}
