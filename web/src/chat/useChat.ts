import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { DashboardPageSpec } from "../api/types";
import { useAskingConnection } from "../catalog/askedConnection";
import { go, here } from "../shell/location";
import { to } from "../shell/routes";
import { type About, Conversation, type ConversationState } from "./conversation";
import type { Mentionable } from "./mentions";
import { savedBefore, savedSlug, type Turn } from "./transcript";
import { type Changes, useChanges } from "./useChanges";

/** Outlives the page, so that a look at a dashboard does not end the conversation. */
const conversation = new Conversation();

export interface Chat {
  state: ConversationState;
  changes: Changes;
  /** The dashboard beside the chat, and its newest revision that is known. */
  slug: string | null;
  revision: number | null;
  /** Whether a dashboard may come once more is known. */
  waiting: boolean;
  page: DashboardPageSpec | undefined;
  views: readonly Mentionable[];
  /** The view that the next question is about. */
  view: string | null;
  setView: (view: string | null) => void;
  /** The last question while it is edited. */
  editing: string | null;
  editingNote: string;
  edit: (() => void) | null;
  cancelEdit: () => void;
  ask: (question: string, view: string | null) => void;
  again: () => void;
  stop: () => void;
  reopen: () => void;
  named: (id: string, title: string) => void;
}

/** The conversation that the address names, what it is about, and what can be done in it. */
export function useChat(url: URL, session: string | null): Chat {
  const state = useSyncExternalStore(conversation.subscribe, conversation.snapshot);
  const about = url.searchParams.get("dashboard");
  const view = url.searchParams.get("view");
  const connection = useAskingConnection(url);
  const [editing, setEditing] = useState<string | null>(null);
  const changes = useChanges(state.turns, state.busy);
  const saved = savedSlug(state.turns);
  // A page that may be gone is not asked for before that is known; one that is shown stays.
  const waiting = useWaiting(saved?.slug ?? null, !changes.known && !state.busy);
  const standing = saved && changes.gone ? savedBefore(state.turns, saved.slug) : saved;
  const slug = saved ? (waiting ? null : (standing?.slug ?? null)) : about;
  const revision =
    saved === null || changes.gone ? null : Math.max(saved.revision ?? 0, changes.head ?? 0) || null;
  const page = useShown(slug, revision);
  const views = useMemo(() => mentionable(page), [page]);

  useOpened(session, about, view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation ends the editing
  useEffect(() => setEditing(null), [session]);

  const askNow = (question: string, asked: About) => {
    setEditing(null);
    withParams({ view: null, ask: null, connection: null });
    const begun = (id: string) => {
      const { searchParams } = here();
      go(to.chat(id) + (searchParams.size > 0 ? `?${searchParams}` : ""), "replace");
    };
    void conversation.ask(question, asked, begun, connection);
  };
  /** Asks in place of the last turn; what that turn changed is undone first. */
  const askAnew = async (last: Turn, question: string, chosen: string | null) => {
    const undo = changes.undo?.turn === state.turns.length - 1 ? changes.undo : null;
    if (undo && !(await changes.take("undo", undo, true))) return;
    const before = undo && undo.from === null ? savedSlug(state.turns.slice(0, -1))?.slug : slug;
    askNow(question, clean({ dashboard: before ?? about, view: chosen, supersedes: last.id }));
  };
  const last = state.turns.at(-1);
  return {
    state,
    changes,
    slug,
    revision,
    waiting,
    page,
    views,
    view,
    setView: (name) => withParams({ view: name }),
    editing,
    editingNote:
      changes.undo?.turn === state.turns.length - 1
        ? "Asks anew. What this turn changed is undone first."
        : "Asks anew in place of the last question.",
    edit:
      last && !state.busy && last.question !== ""
        ? () => {
            setEditing(last.question);
            if (last.view !== null) withParams({ view: last.view });
          }
        : null,
    cancelEdit: () => setEditing(null),
    ask: (question, chosen) => {
      if (editing !== null && last) void askAnew(last, question, chosen);
      else askNow(question, clean({ dashboard: slug, view: chosen }));
    },
    again: () => last && void askAnew(last, last.question, last.view),
    stop: () => void conversation.stop(),
    reopen: () => void conversation.open(session),
    named: (id, title) => conversation.named(id, title),
  };
}

function useWaiting(slug: string | null, unknown: boolean): boolean {
  const cache = useQueryClient().getQueryCache();
  return slug !== null && unknown && cache.findAll({ queryKey: ["page", slug] }).length === 0;
}

/** The page that the pane beside the chat shows, once it has loaded it. */
function useShown(slug: string | null, revision: number | null): DashboardPageSpec | undefined {
  return useQuery<DashboardPageSpec>({ queryKey: ["page", slug, revision], enabled: false }).data;
}

/** Shows the session of the address; a question about a view of the open conversation's dashboard goes on in it. */
function useOpened(session: string | null, about: string | null, view: string | null): void {
  const asked = useRef(false);
  useEffect(() => {
    const { sessionId, turns } = conversation.snapshot();
    asked.current =
      session === null && view !== null && sessionId !== null && savedSlug(turns)?.slug === about;
    if (asked.current && sessionId !== null) go(to.chat(sessionId) + here().search, "replace");
    else void conversation.open(session);
  }, [session, about, view]);
}

/** Changes the address in place: a null takes a parameter out. */
function withParams(params: Record<string, string | null>): void {
  const { pathname, searchParams } = here();
  for (const [name, value] of Object.entries(params)) {
    if (value === null) searchParams.delete(name);
    else searchParams.set(name, value);
  }
  go(pathname + (searchParams.size > 0 ? `?${searchParams}` : ""), "replace");
}

function clean(about: Partial<Record<keyof About, string | null>>): About {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value));
}

function mentionable(page: DashboardPageSpec | undefined): Mentionable[] {
  return Object.entries(page?.views ?? {}).map(([name, { title, type }]) => ({
    name,
    title: title ?? name,
    type,
  }));
}
