import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Icon } from "../shell/Icon";

interface ComposerProps {
  /** What is written already. */
  initial?: string;
  busy: boolean;
  autoFocus: boolean;
  placeholder: string;
  onAsk: (question: string) => void;
  onStop: () => void;
}

export function Composer({ initial = "", busy, autoFocus, placeholder, onAsk, onStop }: ComposerProps) {
  const [text, setText] = useState(initial);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (autoFocus && window.matchMedia("(pointer: fine)").matches)
      field.current?.focus({ preventScroll: true });
  }, [autoFocus]);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const question = text.trim();
    if (busy || question === "") return;
    setText("");
    onAsk(question);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <label className="hidden" htmlFor="question">
        Your question
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        value={text}
        placeholder={placeholder}
        maxLength={20_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
      />
      {busy ? (
        <button type="button" className="round" onClick={onStop} aria-label="Stop">
          <Icon name="stop" />
        </button>
      ) : (
        <button type="submit" className="round accent" disabled={text.trim() === ""} aria-label="Ask">
          <Icon name="send" size={18} />
        </button>
      )}
    </form>
  );
}
