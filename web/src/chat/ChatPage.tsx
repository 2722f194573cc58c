import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { DashboardPane } from "../dashboard/DashboardPane";
import { noteSave } from "../dashboard/saves";
import { Icon } from "../shell/Icon";
import { go } from "../shell/location";
import { tell } from "../shell/toast";
import { reconnectNow } from "../stream/follow";
import { DraftPane } from "./DraftPane";
import { nextQuestions } from "./followUps";
import { writtenFile } from "./outline";
import { SessionList } from "./SessionList";
import { Transcript } from "./Transcript";
import type { TurnActions } from "./TurnView";
import type { Chat } from "./useChat";
import { useChatKeys } from "./useChatKeys";

/** The conversation, and beside it the dashboard that it is about. */
export function ChatPage({ url, chat, composer }: { url: URL; chat: Chat; composer: ReactNode }) {
  const { state, changes } = chat;
  const [shown, setShown] = useState<"chat" | "dashboard">("chat");
  const actions = useActions(chat, () => setShown("dashboard"));
  const undo = () => {
    if (state.busy || changes.pending || chat.editing !== null) return;
    if (changes.undo) actions.undo();
    else tell({ text: "There is nothing to undo." });
  };
  useChatKeys({
    stop: state.busy ? chat.stop : null,
    undo: changes.head === 0 ? null : undo,
  });
  useSavesSeen(chat);
  // The chosen view is what the next question is about, not what the pane opens.
  const paneUrl = useMemo(() => withoutView(url), [url]);
  return (
    <main id="main" className="split" data-shown={shown}>
      <div className="switch" role="group" aria-label="Show">
        {(["chat", "dashboard"] as const).map((name) => (
          <button key={name} type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
            {name === "chat" ? "Chat" : "Dashboard"}
          </button>
        ))}
      </div>
      <ChatSection chat={chat} actions={actions} composer={composer} />
      <section className="beside" aria-label="Dashboard" data-busy={state.busy}>
        {chat.slug === null ? (
          <DraftPane
            busy={state.busy}
            file={writtenFile(state.turns.at(-1))}
            gone={changes.gone}
            waiting={chat.waiting || state.loading}
          />
        ) : (
          <DashboardPane key={chat.slug} slug={chat.slug} revision={chat.revision} url={paneUrl} embedded />
        )}
      </section>
      {/* On a phone the dashboard, and its heading, may be out of sight. */}
      <h1 className="hidden chat-heading">{state.title ?? "New question"}</h1>
    </main>
  );
}

/** A revision that comes while a turn runs, or with its end, is one that the turn saved. */
function useSavesSeen({ state: { busy }, slug, revision }: Chat): void {
  const before = useRef({ busy, revision });
  useEffect(() => {
    const ran = busy || before.current.busy;
    if (ran && slug !== null && revision !== null && revision !== before.current.revision)
      noteSave(slug, revision);
    before.current = { busy, revision };
  }, [busy, slug, revision]);
}

function ChatSection({ chat, actions, composer }: { chat: Chat; actions: TurnActions; composer: ReactNode }) {
  const { state } = chat;
  const [listed, setListed] = useState(false);
  const last = state.turns.at(-1);
  const ideas = useMemo(() => nextQuestions(last, chat.page), [last, chat.page]);
  const button = useRef<HTMLButtonElement>(null);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !listed || event.defaultPrevented) return;
    event.preventDefault();
    setListed(false);
    button.current?.focus();
  };
  return (
    <section className="chat" aria-label="Conversation" onKeyDown={onKey}>
      <div className="chat-bar">
        <button
          ref={button}
          type="button"
          className="text-button chat-title"
          aria-expanded={listed}
          aria-controls="conversations"
          onClick={() => setListed((now) => !now)}
        >
          <Icon name="history" />
          <span className="hidden">Conversations: </span>
          <span dir="auto">{state.title ?? "Conversations"}</span>
          <Icon name="down" size={13} />
        </button>
        <button type="button" className="text-button" onClick={() => go("/")}>
          <Icon name="plus" /> New question
        </button>
      </div>
      <div id="conversations" className="chat-list" hidden={!listed}>
        {listed && (
          <>
            <h2>Conversations</h2>
            <SessionList
              current={state.sessionId}
              onOpen={() => setListed(false)}
              onNamed={chat.named}
              onDeleted={(id) => id === state.sessionId && go("/")}
            />
          </>
        )}
      </div>
      <Transcript
        chat={state}
        changes={chat.changes}
        actions={actions}
        onReopen={chat.reopen}
        ideas={state.busy ? [] : ideas}
      />
      <div className="chat-foot">
        <LinkState link={state.link} />
        {composer}
      </div>
    </section>
  );
}

function LinkState({ link }: { link: Chat["state"]["link"] }) {
  if (link === "live") return null;
  return (
    <div className="link-lost" role="status" data-link={link}>
      <span className="pulse" aria-hidden="true" />
      <span>
        {link === "offline"
          ? "You are offline. The answer goes on; it is shown when you are back."
          : "Reconnecting… The answer goes on meanwhile."}
      </span>
      <button type="button" className="quiet-button" onClick={reconnectNow}>
        Try now
      </button>
    </div>
  );
}

/** The same object on every drawing; each action does what it means now. */
function useActions(chat: Chat, show: () => void): TurnActions {
  const latest = useRef({ chat, show });
  latest.current = { chat, show };
  return useMemo(() => {
    const take = (how: "undo" | "redo") => () => {
      const { changes } = latest.current.chat;
      const change = changes[how];
      if (change && !changes.pending) void changes.take(how, change);
    };
    return {
      ask: (question) => latest.current.chat.ask(question, null),
      again: () => latest.current.chat.again(),
      edit: () => latest.current.chat.edit?.(),
      undo: take("undo"),
      redo: take("redo"),
      show: () => latest.current.show(),
    };
  }, []);
}

function withoutView(url: URL): URL {
  const pane = new URL(url);
  pane.searchParams.delete("view");
  return pane;
}
