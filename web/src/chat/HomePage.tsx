import { useEffect, useState, useSyncExternalStore } from "react";
import { DashboardPane } from "../dashboard/DashboardPane";
import { DashboardList } from "../home/DashboardList";
import { Icon } from "../shell/Icon";
import { go } from "../shell/location";
import { to } from "../shell/routes";
import { Composer } from "./Composer";
import { Conversation } from "./conversation";
import { DraftPane } from "./DraftPane";
import { Transcript } from "./Transcript";
import { savedSlug } from "./transcript";
import { Welcome } from "./Welcome";

/** Outlives the page, so that a look at a dashboard does not end the conversation. */
const conversation = new Conversation();

/** `session` is the one the address names; null is a new question, perhaps already written (`?ask=`). */
export function HomePage({ url, session }: { url: URL; session: string | null }) {
  const chat = useSyncExternalStore(conversation.subscribe, conversation.snapshot);
  const [shown, setShown] = useState<"chat" | "dashboard">("chat");
  const sessionId = session;
  const written = url.searchParams.get("ask") ?? "";
  const about = url.searchParams.get("dashboard") ?? undefined;

  useEffect(() => void conversation.open(sessionId), [sessionId]);

  const saved = savedSlug(chat.turns) ?? (about === undefined ? null : { slug: about, revision: null });
  const ask = (question: string) => {
    void conversation.ask(question, saved ? { dashboard: saved.slug } : {}, (id) => {
      const query = new URLSearchParams(window.location.search);
      query.delete("ask");
      go(to.chat(id) + (query.size > 0 ? `?${query}` : ""), "replace");
    });
  };

  const composer = (
    <Composer
      key={written}
      initial={written}
      busy={chat.busy}
      autoFocus={chat.turns.length === 0}
      placeholder={saved ? "Ask for a change, or something new" : "Ask about your data"}
      onAsk={ask}
      onStop={() => void conversation.stop()}
    />
  );

  if (chat.turns.length === 0 && !chat.loading && !chat.problem && !saved)
    return (
      <main id="main" className="home">
        <Welcome composer={composer} onAsk={ask} />
        <DashboardList />
      </main>
    );
  return (
    <main id="main" className="split" data-shown={shown}>
      <div className="switch" role="group" aria-label="Show">
        {(["chat", "dashboard"] as const).map((name) => (
          <button key={name} type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
            {name === "chat" ? "Chat" : "Dashboard"}
          </button>
        ))}
      </div>
      <section className="chat" aria-label="Conversation">
        <div className="chat-bar">
          <button type="button" className="text-button" onClick={() => go("/")}>
            <Icon name="plus" /> New question
          </button>
        </div>
        <Transcript chat={chat} onAsk={ask} onShow={() => setShown("dashboard")} />
        <div className="chat-foot">
          {chat.link === "lost" && (
            <p className="link-lost" role="status">
              Connection lost. Picking up where it was…
            </p>
          )}
          {composer}
        </div>
      </section>
      <section className="beside" aria-label="Dashboard">
        {saved ? (
          <DashboardPane key={saved.slug} slug={saved.slug} revision={saved.revision} url={url} embedded />
        ) : (
          <DraftPane busy={chat.busy} />
        )}
      </section>
    </main>
  );
}
