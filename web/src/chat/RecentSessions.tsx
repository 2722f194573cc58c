import { SessionList } from "./SessionList";
import { useSessions } from "./useSessions";

const FIRST_FEW = 5;
const nothing = () => undefined;

/** The last few conversations, for the start page; nothing at all before the first one. */
export function RecentSessions() {
  const { data } = useSessions();
  if (!data || data.length === 0) return null;
  return (
    <section className="library recent-sessions" aria-labelledby="recent-sessions-title">
      <div className="library-head">
        <h2 id="recent-sessions-title">Recent conversations</h2>
      </div>
      <SessionList limit={FIRST_FEW} current={null} onOpen={nothing} onNamed={nothing} onDeleted={nothing} />
    </section>
  );
}
