import { useEffect, useRef } from "react";
import type { ConversationState } from "./conversation";
import { TurnView } from "./TurnView";

interface TranscriptProps {
  chat: ConversationState;
  onAsk: (question: string) => void;
  onShow: () => void;
}

const NEAR_END_PX = 120;

export function Transcript({ chat, onAsk, onShow }: TranscriptProps) {
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const { turns } = chat;

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls whenever the turns change
  useEffect(() => {
    const element = log.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [turns]);

  const onScroll = () => {
    const element = log.current;
    if (element)
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
  };

  return (
    <div className="log" ref={log} onScroll={onScroll} role="log" aria-live="polite" aria-busy={chat.busy}>
      {chat.loading && <p className="quiet">Opening the conversation…</p>}
      {chat.problem && (
        <p className="problem" role="alert">
          {chat.problem.message} {chat.problem.hint}
        </p>
      )}
      {turns.map((turn, index) => (
        <TurnView key={index} turn={turn} last={index === turns.length - 1} onAsk={onAsk} onShow={onShow} />
      ))}
    </div>
  );
}
