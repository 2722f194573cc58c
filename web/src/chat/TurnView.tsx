import { memo } from "react";
import { Icon } from "../shell/Icon";
import { Copy } from "./CodeBlock";
import { grouped, Steps } from "./Steps";
import { StepView } from "./StepView";
import { answerText, type Turn } from "./transcript";

/** What can be done from a turn. The object stays the same, so that a token redraws one turn only. */
export interface TurnActions {
  ask: (question: string) => void;
  again: () => void;
  edit: () => void;
  undo: () => void;
  redo: () => void;
  show: () => void;
}

interface TurnViewProps {
  turn: Turn;
  /** Whether it is the newest and nothing runs: what it offers can be taken. */
  open: boolean;
  last: boolean;
  /** What can be done with the change it made. */
  change: "undo" | "redo" | null;
  /** Whether the change it made does not hold now. */
  undone: boolean;
  pending: boolean;
  actions: TurnActions;
}

const TRY_AGAIN = new Set<Turn["state"]>(["failed", "stopped", "limit"]);

export const TurnView = memo(function TurnView({
  turn,
  open,
  last,
  change,
  undone,
  pending,
  actions,
}: TurnViewProps) {
  const newest = turn.steps.at(-1);
  const waiting = turn.state === "running" && !(newest?.kind === "tool" && newest.state === "running");
  return (
    <article className="turn" data-state={turn.state} data-turn={turn.id}>
      {turn.question !== "" && <Asked turn={turn} onEdit={open && last ? actions.edit : null} />}
      <div className="answer">
        {grouped(turn.steps).map(({ from, steps, done }) => {
          const lines = steps.map((step, place) => (
            <StepView
              key={from + place}
              step={step}
              open={open && last}
              over={turn.state === "complete"}
              undone={undone}
              onAsk={actions.ask}
              onShow={actions.show}
            />
          ));
          return done ? (
            <Steps key={from} steps={steps} over={turn.state === "complete"}>
              {lines}
            </Steps>
          ) : (
            lines
          );
        })}
        {waiting && (
          <p className="working">
            <span className="pulse" aria-hidden="true" /> {turn.steps.length === 0 ? "Thinking" : "Working"}
          </p>
        )}
        {turn.state === "stopped" && <p className="quiet ending">Stopped.</p>}
        {turn.state === "limit" && (
          <p className="quiet ending">Stopped at the limit for one turn. Ask again to go on.</p>
        )}
        {turn.state !== "running" && (
          <Foot turn={turn} retry={open && last} change={change} pending={pending} actions={actions} />
        )}
      </div>
    </article>
  );
});

function Asked({ turn, onEdit }: { turn: Turn; onEdit: (() => void) | null }) {
  return (
    <div className="asked-row">
      {onEdit && (
        <button
          type="button"
          className="icon-button"
          aria-label="Edit this question"
          title="Edit (↑)"
          onClick={onEdit}
        >
          <Icon name="pencil" size={14} />
        </button>
      )}
      <div className="asked-text">
        {turn.view && (
          <span className="asked-view" dir="auto">
            @{turn.view}
          </span>
        )}
        <p className="asked" dir="auto">
          {turn.question}
        </p>
      </div>
    </div>
  );
}

interface FootProps {
  turn: Turn;
  retry: boolean;
  change: "undo" | "redo" | null;
  pending: boolean;
  actions: TurnActions;
}

function Foot({ turn, retry, change, pending, actions }: FootProps) {
  const answer = answerText(turn);
  return (
    <div className="turn-foot">
      {retry && TRY_AGAIN.has(turn.state) && (
        <button type="button" className="button" onClick={actions.again}>
          <Icon name="refresh" size={14} /> Try again
        </button>
      )}
      {change && (
        <button type="button" className="button" disabled={pending} onClick={actions[change]}>
          <Icon name={change === "undo" ? "history" : "refresh"} size={14} />
          {change === "undo" ? "Undo this change" : "Redo this change"}
        </button>
      )}
      {answer !== "" && <Copy text={answer} label="Copy the answer" />}
      <Usage turn={turn} />
    </div>
  );
}

function Usage({ turn }: { turn: Turn }) {
  if (!turn.usage) return null;
  const { inputTokens, outputTokens, usd } = turn.usage;
  if (inputTokens + outputTokens === 0) return null;
  const cost = usd === null || Number(usd) === 0 ? "" : `, $${Number(usd).toFixed(4)}`;
  return (
    <p className="quiet usage num">
      {inputTokens.toLocaleString("en-US")} tokens in, {outputTokens.toLocaleString("en-US")} out
      {cost}
    </p>
  );
}
