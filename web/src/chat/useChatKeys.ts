import { useEffect, useRef } from "react";

interface Keys {
  stop: (() => void) | null;
  /** Null leaves the key to the dashboard beside the chat. */
  undo: (() => void) | null;
}

/** Escape stops the running turn; Ctrl/Cmd-Z undoes the last change, unless something that is written could mean it. */
export function useChatKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const { stop, undo } = latest.current;
      if (event.key === "Escape" && stop) stop();
      else if (isUndo(event) && !isWriting(event.target) && undo) undo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

export function isUndo(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): boolean {
  return (
    event.key.toLowerCase() === "z" && event.ctrlKey !== event.metaKey && !event.shiftKey && !event.altKey
  );
}

/** Whether the key belongs to a field: any but the empty composer. */
function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.id === "question" && target instanceof HTMLTextAreaElement)
    return target.value !== "" || target.form?.dataset.editing === "true";
  return target.isContentEditable || target.matches("input, textarea, select");
}
