import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { type Chosen, chosenQuery, readChosen } from "../inputs/params";
import { useUrl } from "../shell/location";
import { tell } from "../shell/toast";
import type { EditorHandle } from "./CodeEditor";
import type { Known } from "./complete";
import { toEditor } from "./drafts";
import type { Problem } from "./problems";
import { askNewest, type Meanwhile } from "./saving";
import { type Check, useCheck } from "./useCheck";
import type { Opened } from "./useOpened";
import { type Saving, useSaving } from "./useSaving";

/** What the side shows; on a narrow window the file is one of them. */
export type Pane = "file" | "preview" | "changes" | "theirs";

export interface Work {
  slug: string;
  editable: boolean;
  text: string;
  /** The revision begun from, as the editor would hold it. */
  before: string;
  restored: boolean;
  pane: Pane;
  asking: "leave" | "copy" | null;
  check: Check;
  saving: Saving;
  chosen: Chosen;
  known: Known;
  editor: RefObject<EditorHandle | null>;
  setText: (text: string) => void;
  setPane: (pane: Pane) => void;
  ask: (what: Work["asking"]) => void;
  save: (over?: number) => Promise<void>;
  retry: () => void;
  takeTheirs: () => void;
  discard: () => void;
  jump: (problem: Problem) => void;
}

export interface WorkSubject {
  slug: string;
  opened: Opened;
  /** The newest revision that the page knows of. */
  newest: number;
  editable: boolean;
  connections: string[];
}

/** All that happens to one file while it is open. */
export function useWorkbench({ slug, opened, newest, editable, connections }: WorkSubject): Work {
  const [text, setText] = useState(opened.text);
  const [restored, setRestored] = useState(opened.restored);
  const [pane, setPane] = useState<Pane>("file");
  const [asking, ask] = useState<Work["asking"]>(null);
  const [attempt, setAttempt] = useState(0);
  const editor = useRef<EditorHandle>(null);
  const chosen = useChosen();
  const saving = useSaving(slug, opened.base, text);
  const check = useCheck(slug, editable ? text : null, chosenQuery(chosen), attempt);
  const known = useMemo(() => ({ columns: check.columns, connections }), [check.columns, connections]);
  const before = useMemo(() => toEditor(saving.base.file), [saving.base]);
  const retry = () => setAttempt((last) => last + 1);

  const save = async (over?: number) => {
    if (!editable || (!saving.dirty && over === undefined)) return;
    setRestored(false);
    const saved = await saving.save(over);
    if (!saved) return retry();
    if (pane === "theirs") setPane("file");
    tell({ text: `Saved as revision ${saved.revision}` });
  };
  const replace = (next: string) => {
    editor.current?.replace(next);
    setText(next);
    setRestored(false);
    setPane("file");
  };
  const takeTheirs = () => {
    const { meanwhile } = saving;
    if (!meanwhile) return;
    saving.take(meanwhile);
    replace(toEditor(meanwhile.file));
  };
  const jump = (problem: Problem) => {
    setPane("file");
    // On a narrow window the file may be hidden until it is drawn again, and what is hidden takes no focus.
    requestAnimationFrame(() => editor.current?.jump(problem));
  };
  useSaveKey(() => void save());
  useNewer(slug, newest, saving, (other) => {
    if (saving.dirty) return saving.hear(other);
    saving.take(other);
    replace(toEditor(other.file));
  });
  const discard = () => replace(before);
  const doing = { setText, setPane, ask, save, retry, takeTheirs, discard, jump };
  return {
    slug,
    editable,
    text,
    before,
    restored,
    pane,
    asking,
    check,
    saving,
    chosen,
    known,
    editor,
    ...doing,
  };
}

/** Somebody else's newer revision is told to who is writing, and simply shown to who is not. */
function useNewer(slug: string, newest: number, saving: Saving, then: (other: Meanwhile) => void) {
  const latest = useRef(then);
  latest.current = then;
  const behind = !saving.busy && newest > saving.base.revision;
  useEffect(() => {
    if (!behind) return;
    const stop = new AbortController();
    void askNewest(slug, stop.signal)
      .then((other) => stop.signal.aborted || latest.current(other))
      // Saving says it again.
      .catch(() => undefined);
    return () => stop.abort();
  }, [slug, behind]);
}

function useChosen(): Chosen {
  const query = useUrl().searchParams.toString();
  return useMemo(() => readChosen(new URLSearchParams(query)), [query]);
}

/** Ctrl-S or Cmd-S saves from anywhere in the panel, not from the editor alone. */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.defaultPrevented) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
