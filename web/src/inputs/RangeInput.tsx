import { useEffect, useState } from "react";
import { DateField } from "./DateField";
import { readDay } from "./day";
import { type Range, writeRange } from "./params";
import { datePresets, spanName } from "./presets";

interface RangeInputProps {
  id: string;
  label: string;
  kind: "date" | "number";
  range: Range;
  min?: number | null | undefined;
  max?: number | null | undefined;
  step?: number | null;
  today?: string | undefined;
  onChange: (values: string[]) => void;
}

const PAUSE_MS = 500;

/**
 * Two ends; what is typed is used once typing pauses, or at once with Enter, when both ends make
 * sense. A half-typed date is no open end.
 */
export function RangeInput({ id, label, kind, range, min, max, step, today, onChange }: RangeInputProps) {
  const [typed, setTyped] = useState(range);
  const { from, to } = range;

  useEffect(() => setTyped({ from, to }), [from, to]);

  const backwards = typed.from !== "" && typed.to !== "" && isAfter(kind, typed.from, typed.to);
  const half = (end: string) => kind === "date" && end !== "" && readDay(end) === null;
  const use = () => {
    if (!backwards && !half(typed.from) && !half(typed.to) && (typed.from !== from || typed.to !== to))
      onChange(writeRange(typed));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed starts the wait
  useEffect(() => {
    const timer = setTimeout(use, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const day = (which: "from" | "to", name: string) => (
    <DateField
      id={which === "from" ? id : `${id}-to`}
      label={`${label}, ${name}`}
      typed={typed[which]}
      bad={backwards || half(typed[which])}
      onType={(text) => setTyped({ ...typed, [which]: text })}
      onEnter={use}
    />
  );
  const number = (which: "from" | "to", name: string) => (
    <input
      id={which === "from" ? id : `${id}-to`}
      type="number"
      aria-label={`${label}, ${name}`}
      aria-invalid={backwards}
      min={min ?? undefined}
      max={max ?? undefined}
      step={step ?? "any"}
      placeholder={String((which === "from" ? min : max) ?? "")}
      value={typed[which]}
      onChange={({ target }) => {
        if (!target.validity.badInput) setTyped({ ...typed, [which]: target.value });
      }}
      onKeyDown={(event) => event.key === "Enter" && use()}
    />
  );
  const end = kind === "date" ? day : number;
  return (
    <div className="field" role="group" aria-labelledby={`${id}-label`}>
      <span className="field-label" id={`${id}-label`}>
        {label}
      </span>
      <span className="range" data-kind={kind}>
        {kind === "date" && <Presets {...{ id, label, today, range, onChange }} />}
        {end("from", "from")}
        <span aria-hidden="true">–</span>
        {end("to", "to")}
      </span>
    </div>
  );
}

type PresetsProps = Pick<RangeInputProps, "id" | "label" | "today" | "range" | "onChange">;

/** Usual spans by name; what it names is sent as dates. */
function Presets({ id, label, today, range, onChange }: PresetsProps) {
  const presets = datePresets(today ?? "");
  if (presets.length === 0) return null;
  const open = range.from === "" && range.to === "";
  const now = open ? "all" : presets.find((it) => it.from === range.from && it.to === range.to)?.key;
  return (
    <select
      id={`${id}-preset`}
      className="preset"
      aria-label={`${label}, usual spans`}
      value={now ?? "own"}
      onChange={({ target: { value } }) => {
        const preset = presets.find((it) => it.key === value);
        onChange(preset ? writeRange(preset) : ["all"]);
      }}
    >
      {now === undefined && (
        <option value="own" disabled>
          {spanName(range.from, range.to) ?? "Custom"}
        </option>
      )}
      <option value="all">All</option>
      {presets.map(({ key, label: name }) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

function isAfter(kind: "date" | "number", from: string, to: string): boolean {
  return kind === "date" ? from > to : Number(from) > Number(to);
}
