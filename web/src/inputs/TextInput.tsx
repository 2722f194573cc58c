import { useEffect, useState } from "react";

const PAUSE_MS = 400;

interface TextInputProps {
  id: string;
  label: string;
  value: string;
  onChange: (text: string) => void;
}

export function TextInput({ id, label, value, onChange }: TextInputProps) {
  const [typed, setTyped] = useState(value);

  useEffect(() => setTyped(value), [value]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed starts the wait
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && typed !== value && onChange(typed)}
      />
    </div>
  );
}
