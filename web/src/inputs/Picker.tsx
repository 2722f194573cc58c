import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../shell/Icon";
import type { Option } from "./params";
import { withStray } from "./stray";

interface PickerProps {
  id: string;
  label: string;
  options: Option[];
  selection: "all" | string[];
  /** Whether the options are what the server offers now, so that a chosen value may be missing from them. */
  known: boolean;
  many: boolean;
  onSelect: (selection: "all" | string[]) => void;
}

const SEARCH_FROM = 8;

/** A button that opens a list to choose one or several from; Escape or a click elsewhere closes it. */
export function Picker({ id, label, options, selection, known, many, onSelect }: PickerProps) {
  const [open, setOpen] = useState(false);
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

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" && event.target === button.current) {
      event.preventDefault();
      if (open) box.current?.querySelector<HTMLElement>(".panel input")?.focus();
      else setOpen(true);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only passes keys on from the controls inside
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
        <Panel
          {...{ id, label, options, selection, known, many }}
          onSelect={(next) => {
            onSelect(next);
            if (!many) close();
          }}
        />
      )}
    </div>
  );
}

function Panel({ id, label, options, selection, known, many, onSelect }: PickerProps) {
  const [search, setSearch] = useState("");
  const needle = search.trim().toLowerCase();
  const listed = withStray(options, selection, known);
  const shown = listed.filter((option) => `${option.label} ${option.value}`.toLowerCase().includes(needle));
  const toggle = (value: string) => {
    if (!many) return onSelect([value]);
    const next = selection === "all" ? [value] : flip(selection, value);
    onSelect(next.length === 0 || isEverything(next, options) ? "all" : next);
  };
  const chosen = new Set(selection === "all" ? [] : selection);
  return (
    <fieldset className="panel" id={`${id}-panel`} onKeyDown={walk}>
      <legend className="hidden">{label}</legend>
      {listed.length >= SEARCH_FROM && (
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: the panel was opened to find something in it
          autoFocus={hasMouse()}
          placeholder="Find"
          aria-label={`Find in ${label}`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <ul>
        {needle === "" && (
          <Choice many={many} checked={selection === "all"} everything onPick={() => onSelect("all")}>
            <span>All</span>
          </Choice>
        )}
        {shown.map((option) => (
          <Choice
            key={option.value}
            many={many}
            checked={chosen.has(option.value)}
            stray={option.stray === true}
            onPick={() => toggle(option.value)}
          >
            <span dir="auto">{option.label}</span>
            {option.stray ? (
              <span className="quiet">not offered now</span>
            ) : (
              option.label !== option.value && <span className="quiet">{option.value}</span>
            )}
          </Choice>
        ))}
        {shown.length === 0 && <li className="quiet none">Nothing found</li>}
      </ul>
    </fieldset>
  );
}

interface ChoiceProps {
  many: boolean;
  checked: boolean;
  everything?: boolean;
  stray?: boolean;
  onPick: () => void;
  children: ReactNode;
}

/** Each radio button is a group of its own, so that the arrow keys walk without choosing. */
function Choice({ many, checked, everything = false, stray = false, onPick, children }: ChoiceProps) {
  const name = useId();
  const pick = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    onPick();
  };
  return (
    <li className={everything ? "everything" : undefined} data-stray={stray || undefined}>
      <label>
        <input
          type={many ? "checkbox" : "radio"}
          name={name}
          checked={checked}
          onChange={onPick}
          onClick={!many && checked ? onPick : undefined}
          onKeyDown={pick}
        />
        {children}
      </label>
    </li>
  );
}

/** On a touch screen a focused field would cover half of the list with a keyboard. */
function hasMouse(): boolean {
  return window.matchMedia("(hover: hover)").matches;
}

/** Up and down walk through the search field and the choices. */
function walk(event: KeyboardEvent<HTMLFieldSetElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input")];
  const next = stops[stops.indexOf(event.target as HTMLElement) + step];
  event.preventDefault();
  next?.focus();
}

function flip(selection: string[], value: string): string[] {
  return selection.includes(value) ? selection.filter((it) => it !== value) : [...selection, value];
}

function isEverything(selection: string[], options: Option[]): boolean {
  return selection.length === options.length && options.every((option) => selection.includes(option.value));
}

function summary(selection: "all" | string[], options: Option[]): string {
  if (selection === "all") return "All";
  const [first] = selection;
  if (first === undefined) return "None";
  if (selection.length === 1) return options.find((option) => option.value === first)?.label ?? first;
  return selection.length <= 3 ? selection.join(", ") : `${selection.length} of ${options.length}`;
}
