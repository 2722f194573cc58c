import { useEffect, useState } from "react";
import { type Range, writeRange } from "./params";

interface RangeInputProps {
  id: string;
  label: string;
  kind: "date" | "number";
  range: Range;
  min?: number | null | undefined;
  max?: number | null | undefined;
  onChange: (values: string[]) => void;
}

const PAUSE_MS = 500;

/** Two ends, each a native field; what is typed is used once typing pauses and both ends make sense. */
export function RangeInput({ id, label, kind, range, min, max, onChange }: RangeInputProps) {
  const [typed, setTyped] = useState(range);
  const { from, to } = range;

  useEffect(() => setTyped({ from, to }), [from, to]);

  const backwards = typed.from !== "" && typed.to !== "" && isAfter(kind, typed.from, typed.to);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed starts the wait
  useEffect(() => {
    if (backwards || (typed.from === from && typed.to === to)) return;
    const timer = setTimeout(() => onChange(writeRange(typed)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const end = (which: "from" | "to", name: string) => (
    <input
      id={which === "from" ? id : `${id}-to`}
      type={kind}
      aria-label={`${label}, ${name}`}
      aria-invalid={backwards}
      min={kind === "number" ? (min ?? undefined) : undefined}
      max={kind === "number" ? (max ?? undefined) : undefined}
      value={typed[which]}
      onChange={(event) => setTyped({ ...typed, [which]: event.target.value })}
    />
  );
  return (
    <div className="field" role="group" aria-labelledby={`${id}-label`}>
      <span className="field-label" id={`${id}-label`}>
        {label}
      </span>
      <span className="range" data-kind={kind}>
        {end("from", "from")}
        <span aria-hidden="true">–</span>
        {end("to", "to")}
      </span>
    </div>
  );
}

function isAfter(kind: "date" | "number", from: string, to: string): boolean {
  return kind === "date" ? from > to : Number(from) > Number(to);
}
