import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { tell } from "../shell/toast";
import { dropDraft, keepDraft, toEditor, toFile } from "./drafts";
import { askNewest, type Base, isStale, type Meanwhile, saveOver } from "./saving";

export interface Saving {
  base: Base;
  dirty: boolean;
  busy: boolean;
  /** Why the last save came to nothing. */
  problem: string | null;
  meanwhile: Meanwhile | null;
  /** Saves over the revision opened, or over `revision`; whether it was saved. */
  save: (revision?: number) => Promise<Base | null>;
  /** Begins anew from what somebody else saved. */
  take: (other: Base) => void;
  /** Hears that somebody else saved. */
  hear: (other: Meanwhile) => void;
  forget: () => void;
}

/** Keeps what is written in this tab, and saves it where nobody else has saved since. */
export function useSaving(slug: string, opened: Base, text: string): Saving {
  const queries = useQueryClient();
  const [base, setBase] = useState(opened);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null>(null);
  const dirty = text !== toEditor(base.file);
  const now = useRef({ text, base, busy });
  now.current = { text, base, busy };
  const left = useRef(dirty);
  left.current = dirty;

  useEffect(
    () => () => void (left.current && tell({ text: `Kept in this tab: what you wrote in ${slug}.yaml` })),
    [slug],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a refusal is of the text that was sent
  useEffect(() => setProblem(null), [text]);

  useEffect(() => {
    if (dirty) keepDraft(slug, { revision: base.revision, base: base.file, text }, window.sessionStorage);
    else dropDraft(slug, window.sessionStorage);
  }, [slug, base, text, dirty]);

  useEffect(() => {
    if (!dirty) return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [dirty]);

  const save = useCallback(
    async (revision?: number): Promise<Base | null> => {
      const { text: written, base: from, busy: already } = now.current;
      if (already) return null;
      setBusy(true);
      setProblem(null);
      try {
        const saved = await saveOver(slug, toFile(written, from.file), revision ?? from.revision);
        setBase(saved);
        setMeanwhile(null);
        await refresh(queries, slug);
        return saved;
      } catch (error) {
        if (isStale(error)) setMeanwhile(await askNewest(slug).catch(() => null));
        setProblem(wordsOf(error));
        return null;
      } finally {
        setBusy(false);
      }
    },
    [slug, queries],
  );

  const take = useCallback((other: Base) => {
    setBase({ revision: other.revision, file: other.file });
    setMeanwhile(null);
    setProblem(null);
  }, []);
  const forget = useCallback(() => {
    left.current = false;
    dropDraft(slug, window.sessionStorage);
  }, [slug]);
  return { base, dirty, busy, problem, meanwhile, save, take, hear: setMeanwhile, forget };
}

/** Has whatever shows this dashboard ask again. */
export function refresh(queries: ReturnType<typeof useQueryClient>, slug: string): Promise<unknown> {
  const asked = [["page", slug], ["data", slug], ["yaml", slug], ["revisions", slug], ["dashboards"]];
  return Promise.all(asked.map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(". ");
  return error instanceof Error ? error.message : String(error);
}
