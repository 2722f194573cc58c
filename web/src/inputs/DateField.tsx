import { type KeyboardEvent, useRef } from "react";
import { Icon } from "../shell/Icon";
import { readDay } from "./day";

interface DateFieldProps {
  id: string;
  label: string;
  /** What is typed: an ISO day, or on its way to one. */
  typed: string;
  bad: boolean;
  onType: (text: string) => void;
  onEnter: () => void;
}

/** A day, written the same way everywhere (`2013-03-15`); the browser's calendar picks it too. */
export function DateField({ id, label, typed, bad, onType, onEnter }: DateFieldProps) {
  const calendar = useRef<HTMLInputElement>(null);
  const open = () => {
    try {
      calendar.current?.showPicker();
    } catch {
      calendar.current?.focus();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") onEnter();
    if (event.key === "ArrowDown" && event.altKey) open();
  };
  return (
    <span className="day">
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        placeholder="yyyy-mm-dd"
        maxLength={20}
        aria-label={label}
        aria-invalid={bad}
        value={typed}
        onChange={({ target }) => onType(readDay(target.value) ?? target.value)}
        onKeyDown={onKey}
      />
      <button type="button" tabIndex={-1} aria-hidden="true" onClick={open}>
        <Icon name="calendar" size={15} />
      </button>
      <input
        ref={calendar}
        type="date"
        className="day-picker"
        tabIndex={-1}
        aria-hidden="true"
        value={readDay(typed) ?? ""}
        onChange={({ target }) => onType(target.value)}
      />
    </span>
  );
}
