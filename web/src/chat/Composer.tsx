import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../shell/Icon";
import { keepWritten, readWritten } from "../shell/written";
import { MentionList, useMention } from "./MentionList";
import { type Mentionable, takeMention } from "./mentions";

interface ComposerProps {
  /** What is written already. */
  initial?: string;
  busy: boolean;
  autoFocus: boolean;
  placeholder: string;
  /** The views that a question can be about, and the one it is about. */
  views: readonly Mentionable[];
  view: string | null;
  onView: (view: string | null) => void;
  /** What asking anew will do, while the last question is edited. */
  editing: string | null;
  onEditLast: (() => void) | null;
  onCancelEdit: () => void;
  onAsk: (question: string, view: string | null) => void;
  onStop: () => void;
}

/** Enter asks, Shift-Enter starts a line, Up edits the last question, `@` names a view, Escape leaves what is open. */
export function Composer(props: ComposerProps) {
  const { initial = "", busy, autoFocus, placeholder, views, view, editing } = props;
  const { onView, onEditLast, onCancelEdit, onAsk, onStop } = props;
  const [text, setText] = useState(initial || readWritten());
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const mention = useMention(views);

  useEffect(() => {
    const element = field.current;
    if (!element || !autoFocus || !window.matchMedia("(pointer: fine)").matches) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, [autoFocus]);

  const choose = (name: string) => {
    const [rest, caret] = mention.take(text);
    setText(rest);
    onView(name);
    field.current?.focus();
    requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
  };
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const question = text.trim();
    if (busy || question === "") return;
    const named = takeMention(question, views);
    setText("");
    keepWritten("");
    mention.close();
    onAsk(named.text === "" ? question : named.text, named.view ?? view);
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (mention.onKey(event, choose)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && text === "" && onEditLast) {
      event.preventDefault();
      onEditLast();
    } else if (event.key === "Backspace" && text === "" && view !== null) onView(null);
    else if (event.key === "Escape" && editing !== null) {
      event.preventDefault();
      onCancelEdit();
    }
  };

  return (
    <form className="composer" data-editing={editing !== null} onSubmit={submit}>
      {mention.options.length > 0 && (
        <MentionList id={listId} options={mention.options} at={mention.at} onChoose={choose} />
      )}
      {editing !== null && (
        <p className="composer-note">
          <span>{editing}</span>
          <button type="button" className="quiet-button" onClick={onCancelEdit}>
            Cancel
          </button>
        </p>
      )}
      {view !== null && <ViewChip view={view} views={views} onRemove={() => onView(null)} />}
      <div className="composer-row">
        <label className="hidden" htmlFor="question">
          Your question
        </label>
        <textarea
          id="question"
          ref={field}
          rows={1}
          value={text}
          dir="auto"
          placeholder={placeholder}
          maxLength={20_000}
          aria-autocomplete="list"
          aria-controls={mention.options.length > 0 ? listId : undefined}
          aria-activedescendant={mention.options.length > 0 ? `${listId}-${mention.at}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            if (editing === null) keepWritten(event.target.value);
            mention.read(event.target);
          }}
          onSelect={(event) => mention.read(event.currentTarget)}
          onBlur={mention.close}
          onKeyDown={onKey}
        />
        {busy ? (
          <button type="button" className="round" onClick={onStop} aria-label="Stop" title="Stop (Esc)">
            <Icon name="stop" />
          </button>
        ) : (
          <button type="submit" className="round accent" disabled={text.trim() === ""} aria-label="Ask">
            <Icon name="send" size={18} />
          </button>
        )}
      </div>
    </form>
  );
}

function ViewChip({
  view,
  views,
  onRemove,
}: {
  view: string;
  views: readonly Mentionable[];
  onRemove: () => void;
}) {
  const title = views.find((it) => it.name === view)?.title ?? view;
  return (
    <p className="chip" data-view={view}>
      <span className="hidden">About the view </span>
      <span className="chip-text" dir="auto">
        @{title}
      </span>
      <button type="button" onClick={onRemove} aria-label={`Not about ${title}`}>
        <Icon name="close" size={12} />
      </button>
    </p>
  );
}
