import { useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../shell/Icon";
import { announcement } from "./announce";
import type { ConversationState } from "./conversation";
import { type TurnActions, TurnView } from "./TurnView";
import { superseded, type Turn } from "./transcript";
import type { Changes } from "./useChanges";

interface TranscriptProps {
  chat: ConversationState;
  changes: Changes;
  actions: TurnActions;
  onReopen: () => void;
  /** What could be asked next. */
  ideas: readonly string[];
}

const NEAR_END_PX = 120;
const EDGE_PX = 16;

export function Transcript({ chat, changes, actions, onReopen, ideas }: TranscriptProps) {
  const { turns, busy } = chat;
  const log = useRef<HTMLDivElement>(null);
  const { away, onScroll, toEnd } = useEnd(log, turns, ideas);
  const gone = useMemo(() => superseded(turns), [turns]);
  const draw = (turn: Turn, index: number) => (
    <TurnView
      turn={turn}
      last={index === turns.length - 1}
      open={!busy}
      change={changes.undo?.turn === index ? "undo" : changes.redo?.turn === index ? "redo" : null}
      undone={changes.undone.includes(index)}
      pending={changes.pending}
      actions={actions}
    />
  );
  return (
    <div className="log-place">
      <div className="log" ref={log} onScroll={onScroll} role="log" aria-live="off" aria-busy={busy}>
        {chat.loading && <Bones />}
        {chat.problem && (
          <div className="failure" role="alert">
            <p>{chat.problem.message}</p>
            {chat.problem.hint && <p className="quiet">{chat.problem.hint}</p>}
            <button type="button" className="button" onClick={onReopen}>
              Try again
            </button>
          </div>
        )}
        {turns.map((turn, index) =>
          turn.id !== null && gone.has(turn.id) ? (
            <details key={index} className="superseded">
              <summary>
                <Icon name="chevron" size={13} /> <span className="quiet">Asked anew:</span>{" "}
                <span dir="auto">{turn.question}</span>
              </summary>
              {draw(turn, index)}
            </details>
          ) : (
            <div key={index}>{draw(turn, index)}</div>
          ),
        )}
        {ideas.length > 0 && (
          <ul className="follow-ups" aria-label="What could be asked next">
            {ideas.map((idea) => (
              <li key={idea}>
                <button type="button" dir="auto" onClick={() => actions.ask(idea)}>
                  {idea}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {away && (
        <button type="button" className="to-end" onClick={toEnd} aria-label="To the end of the conversation">
          <Icon name="arrowDown" />
        </button>
      )}
      <Announcer turn={turns.at(-1)} />
    </div>
  );
}

/** Keeps the end in sight only while the reader is there; a new question brings the reader back. */
function useEnd(log: { current: HTMLDivElement | null }, turns: readonly Turn[], ideas: readonly string[]) {
  const following = useRef(true);
  const asked = useRef(turns.length);
  const [away, setAway] = useState(false);
  const over = turns.at(-1)?.state !== "running";
  const toEnd = () => {
    const element = log.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  /** The end while it is written; then, of an answer longer than the window, its beginning. */
  const settle = () => {
    toEnd();
    const element = log.current;
    const newest = [...(element?.querySelectorAll(".turn") ?? [])].at(-1);
    if (!element || !newest || !over) return;
    const above = element.getBoundingClientRect().top + EDGE_PX - newest.getBoundingClientRect().top;
    if (above > 0) element.scrollTop -= above;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls whenever what is shown changes
  useEffect(() => {
    if (turns.length > asked.current) following.current = true;
    asked.current = turns.length;
    if (following.current) settle();
  }, [turns, ideas]);
  const onScroll = () => {
    const element = log.current;
    if (!element) return;
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    setAway(!following.current);
  };
  return { away, onScroll, toEnd };
}

const PAUSE_MS = 1_500;

/** Tells how the turn goes to those who hear the page, at most once in a while; its end at once. */
function Announcer({ turn }: { turn: Turn | undefined }) {
  const now = announcement(turn);
  const over = turn?.state !== "running";
  const [said, setSaid] = useState(over ? "" : now);
  const first = useRef(now);
  useEffect(() => {
    if (first.current === now) return;
    first.current = "";
    const timer = setTimeout(() => setSaid(now), over ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [now, over]);
  return (
    <p className="hidden" role="status">
      {said}
    </p>
  );
}

function Bones() {
  return (
    <div className="log-bones" aria-busy="true">
      <span className="hidden">Opening the conversation…</span>
      <span className="bone asked-bone" />
      <span className="bone" />
      <span className="bone" />
      <span className="bone short" />
    </div>
  );
}
