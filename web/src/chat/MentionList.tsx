import { type KeyboardEvent, useState } from "react";
import { type Mentionable, matching, type Typing, typingAt, without } from "./mentions";

/** The views offered while an `@` is typed, and the keys that choose among them. */
export function useMention(views: readonly Mentionable[]) {
  const [typing, setTyping] = useState<Typing | null>(null);
  const [at, setAt] = useState(0);
  const [refused, setRefused] = useState<number | null>(null);
  const open = typing !== null && typing.from !== refused;
  const options = open ? matching(views, typing.part) : [];

  const read = (field: HTMLTextAreaElement) => {
    const found =
      field.selectionStart === field.selectionEnd ? typingAt(field.value, field.selectionStart) : null;
    if (found?.part !== typing?.part) setAt(0);
    if (found === null) setRefused(null);
    setTyping(found);
  };
  const close = () => setTyping(null);
  /** The text without what was typed of the mention, and where the caret goes. */
  const take = (text: string): [string, number] => {
    close();
    return typing ? without(text, typing) : [text, text.length];
  };
  /** Whether the key was for the list. */
  const onKey = (event: KeyboardEvent, choose: (name: string) => void): boolean => {
    const option = options[at];
    if (!option) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + options.length) % options.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(option.name);
    else if (event.key === "Escape") setRefused(typing?.from ?? null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { options, at: Math.min(at, Math.max(0, options.length - 1)), read, close, take, onKey };
}

interface MentionListProps {
  id: string;
  options: readonly Mentionable[];
  at: number;
  onChoose: (name: string) => void;
}

export function MentionList({ id, options, at, onChoose }: MentionListProps) {
  return (
    <div className="mentions" id={id} role="listbox" aria-label="Views of the dashboard">
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and its keys
        // biome-ignore lint/a11y/useFocusableInteractive: as above; the field names it its active option
        <div
          key={option.name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(option.name)}
        >
          <span dir="auto">{option.title}</span>
          <span className="quiet">{option.type}</span>
        </div>
      ))}
    </div>
  );
}
