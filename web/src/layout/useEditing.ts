import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toEditor } from "../editor/drafts";
import { type Check, useCheck } from "../editor/useCheck";
import type { Opened } from "../editor/useOpened";
import { type Saving, useSaving } from "../editor/useSaving";
import { type Chosen, chosenQuery, readChosen } from "../inputs/params";
import { useUrl } from "../shell/location";
import { tell } from "../shell/toast";
import { columnsOf, type QueryColumn } from "./columns";
import { type DashboardFile, readFile } from "./file";
import { FileProblem } from "./splice";
import { begin, canRedo, canUndo, current, push, redo, undo } from "./undo";

/** One edit: a text made of a text. Edits with the same mark in a row are one step back. */
export type Edit = (change: (text: string) => string, mark?: string) => void;

export interface Editing {
  slug: string;
  text: string;
  /** The file as it was opened. */
  before: string;
  restored: boolean;
  file: DashboardFile;
  columns: (query: string | undefined) => readonly QueryColumn[];
  edit: Edit;
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** Begins anew from another text. */
  start: (text: string) => void;
  check: Check;
  saving: Saving;
  chosen: Chosen;
  /** Why the last edit could not be written. */
  refused: string | null;
}

/** All that happens to a file while it is edited on the page. */
export function useEditing(slug: string, opened: Opened): Editing {
  const [history, setHistory] = useState(() => begin(opened.text));
  const [refused, setRefused] = useState<string | null>(null);
  const text = current(history);
  const latest = useRef(history);
  latest.current = history;
  const query = useUrl().searchParams.toString();
  const chosen = useMemo(() => readChosen(new URLSearchParams(query)), [query]);
  const saving = useSaving(slug, opened.base, text);
  const check = useCheck(slug, text, chosenQuery(chosen), 0);
  const file = useMemo(() => readFile(text), [text]);

  const edit = useCallback<Edit>((change, mark) => {
    try {
      const next = change(current(latest.current));
      readFile(next);
      latest.current = push(latest.current, next, mark ?? null);
      setHistory(latest.current);
      setRefused(null);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      setRefused(error.message);
    }
  }, []);
  const columns = useCallback(
    (name: string | undefined): readonly QueryColumn[] => {
      if (name === undefined) return [];
      const told = check.columns.get(name) ?? [];
      return told.length > 0 ? told : columnsOf(file.queries[name]?.sql ?? "");
    },
    [check.columns, file.queries],
  );
  return {
    slug,
    text,
    before: useMemo(() => toEditor(saving.base.file), [saving.base]),
    restored: opened.restored,
    file,
    columns,
    edit,
    undo: canUndo(history) ? () => setHistory(undo) : null,
    redo: canRedo(history) ? () => setHistory(redo) : null,
    start: (next) => setHistory(begin(next)),
    check,
    saving,
    chosen,
    refused,
  };
}

interface Keys {
  undo: (() => void) | null;
  redo: (() => void) | null;
  save: () => void;
}

/** Ctrl or Cmd with Z, Shift-Z or Y and S, wherever the focus is, but for dialogs. */
export function useEditKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
      if (document.querySelector("dialog[open]")) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y" && key !== "s") return;
      event.preventDefault();
      if (key === "s") latest.current.save();
      else if (key === "y" || event.shiftKey) latest.current.redo?.();
      else latest.current.undo?.();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Saves and tells so; where somebody else saved meanwhile, nothing is lost. */
export async function saveEdits(saving: Saving, onSaved: () => void): Promise<void> {
  if (!saving.dirty || saving.busy) return;
  const saved = await saving.save();
  if (!saved) return;
  tell({ text: `Saved as revision ${saved.revision}` });
  onSaved();
}
