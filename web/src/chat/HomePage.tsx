import { DashboardList } from "../home/DashboardList";
import { ChatPage } from "./ChatPage";
import { Composer } from "./Composer";
import { RecentSessions } from "./RecentSessions";
import { useChat } from "./useChat";
import { Welcome } from "./Welcome";

/** `session` is the one the address names; null is a new question, perhaps already written (`?ask=`). */
export function HomePage({ url, session }: { url: URL; session: string | null }) {
  const chat = useChat(url, session);
  const { turns, loading, problem } = chat.state;
  const written = url.searchParams.get("ask") ?? "";
  const composer = (
    <Composer
      key={chat.editing === null ? written : "editing"}
      initial={chat.editing ?? written}
      busy={chat.state.busy}
      autoFocus={turns.length === 0 || chat.editing !== null}
      placeholder={chat.slug === null ? "Ask about your data" : "Ask for a change, or something new"}
      views={chat.views}
      view={chat.view}
      onView={chat.setView}
      editing={chat.editing === null ? null : chat.editingNote}
      onEditLast={chat.edit}
      onCancelEdit={chat.cancelEdit}
      onAsk={chat.ask}
      onStop={chat.stop}
    />
  );
  if (session === null && turns.length === 0 && !loading && !problem && chat.slug === null)
    return (
      <main id="main" className="home">
        <Welcome composer={composer} onAsk={(question) => chat.ask(question, null)} />
        <DashboardList />
        <RecentSessions />
      </main>
    );
  return <ChatPage url={url} chat={chat} composer={composer} />;
}
