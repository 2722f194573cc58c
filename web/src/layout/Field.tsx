import { type ReactNode, useId } from "react";
import type { Problem } from "../editor/problems";

interface FieldProps {
  label: string;
  hint?: string | undefined;
  problem?: Problem | null;
  children: (own: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
  }) => ReactNode;
}

/** A control with its name, and what the server says of it. */
export function Field({ label, hint, problem = null, children }: FieldProps) {
  const id = useId();
  const told = problem !== null || hint !== undefined;
  return (
    <div className="edit-field" data-bad={problem?.severity === "error"}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": told ? `${id}-hint` : undefined,
        "aria-invalid": problem?.severity === "error",
      })}
      {told && (
        <p id={`${id}-hint`} className={problem ? "problem" : "quiet"}>
          {problem ? [problem.message, problem.hint].filter(Boolean).join(". ") : hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps {
  label: string;
  value: unknown;
  hint?: string | undefined;
  problem?: Problem | null;
  list?: string;
  code?: boolean;
  rows?: number;
  max?: number;
  onChange: (value: string) => void;
}

export function TextField({ label, value, hint, problem, list, code, rows, max, onChange }: TextFieldProps) {
  const shown =
    typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const own = { value: shown, "data-code": code === true, spellCheck: code !== true, maxLength: max };
  return (
    <Field label={label} hint={hint} problem={problem ?? null}>
      {(field) =>
        rows ? (
          <textarea
            {...field}
            {...own}
            dir="auto"
            rows={rows}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <input
            {...field}
            {...own}
            dir={code ? "ltr" : "auto"}
            list={list}
            autoComplete="off"
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

interface SelectFieldProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  hint?: string | undefined;
  problem?: Problem | null;
  onChange: (value: string) => void;
}

/** A choice; a value that is not among the options is shown as one. */
export function SelectField({ label, value, options, hint, problem, onChange }: SelectFieldProps) {
  const all = options.some(([one]) => one === value) ? options : [...options, [value, value] as const];
  return (
    <Field label={label} hint={hint} problem={problem ?? null}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onChange(event.target.value)}>
          {all.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
