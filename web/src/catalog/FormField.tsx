import { type ReactNode, useId } from "react";

interface FieldWords {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface FormFieldProps {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  children: (words: FieldWords) => ReactNode;
}

/** A field under its label; below it what is wrong with it, else what belongs in it. */
export function FormField({ label, hint, problem, children }: FormFieldProps) {
  const id = useId();
  const told = problem ?? hint;
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": told ? `${id}-told` : undefined,
      })}
      {told && (
        <p className="form-hint" id={`${id}-told`} data-bad={problem !== undefined || undefined}>
          {told}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  value: string;
  placeholder?: string;
  most?: number;
  onChange: (text: string) => void;
}

/** A field for a name that no dictionary knows. */
export function TextField({ value, placeholder, most = 500, onChange, ...field }: TextFieldProps) {
  return (
    <FormField {...field}>
      {(words) => (
        <input
          {...words}
          value={value}
          maxLength={most}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FormField>
  );
}
