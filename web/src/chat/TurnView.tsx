import { Markdown } from "../format/Markdown";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { ToolLine } from "./ToolLine";
import type { Step, Turn } from "./transcript";

interface TurnViewProps {
  turn: Turn;
  last: boolean;
  onAsk: (question: string) => void;
  onShow: () => void;
}

export function TurnView({ turn, last, onAsk, onShow }: TurnViewProps) {
  const newest = turn.steps.at(-1);
  const waiting = turn.state === "running" && !(newest?.kind === "tool" && newest.state === "running");
  return (
    <article className="turn" data-state={turn.state}>
      {turn.question !== "" && <p className="asked">{turn.question}</p>}
      <div className="answer">
        {turn.steps.map((step, index) => (
          <StepView
            key={index}
            step={step}
            open={last && turn.state !== "running"}
            onAsk={onAsk}
            onShow={onShow}
          />
        ))}
        {waiting && (
          <p className="working">
            <span className="pulse" aria-hidden="true" /> {turn.steps.length === 0 ? "Thinking" : "Working"}
          </p>
        )}
        {turn.state === "stopped" && <p className="quiet ending">Stopped.</p>}
        {turn.state === "limit" && (
          <p className="quiet ending">Stopped at the limit for one turn. Ask again to go on.</p>
        )}
        <UsageLine turn={turn} />
      </div>
    </article>
  );
}

interface StepProps {
  step: Step;
  open: boolean;
  onAsk: (question: string) => void;
  onShow: () => void;
}

function StepView({ step, open, onAsk, onShow }: StepProps) {
  switch (step.kind) {
    case "text":
      return <Markdown source={step.text} />;
    case "tool":
      return <ToolLine step={step} />;
    case "draft":
      return (
        <details className="tool">
          <summary>
            <Icon name="chevron" size={13} />
            <Icon name="code" size={14} />
            <span className="tool-name">Dashboard file</span>
            <span className="tool-subject">
              {step.slug}
              {step.revision !== null && `, revision ${step.revision}`}
            </span>
          </summary>
          <pre className="code-block">{step.yaml}</pre>
        </details>
      );
    case "saved":
      return (
        <div className="saved">
          <Icon name="check" />
          <span>
            Saved as <Link href={`/d/${encodeURIComponent(step.slug)}`}>{step.slug}</Link>
            {step.revision !== null && <span className="quiet"> revision {step.revision}</span>}
          </span>
          <button type="button" className="button only-narrow" onClick={onShow}>
            Show
          </button>
        </div>
      );
    case "question":
      return (
        <div className="question">
          <Markdown source={step.text} />
          <div className="options">
            {step.options.map((option) => (
              <button
                key={option}
                type="button"
                className="button"
                disabled={!open}
                onClick={() => onAsk(option)}
              >
                {option}
              </button>
            ))}
          </div>
        </div>
      );
    case "error":
      return (
        <div className="failure" role="alert">
          <p>{step.message}</p>
          {step.hint && <p className="quiet">{step.hint}</p>}
        </div>
      );
  }
}

function UsageLine({ turn }: { turn: Turn }) {
  if (!turn.usage || turn.state === "running") return null;
  const { inputTokens, outputTokens, usd } = turn.usage;
  if (inputTokens + outputTokens === 0) return null;
  const cost = usd === null || Number(usd) === 0 ? "" : `, $${Number(usd).toFixed(4)}`;
  return (
    <p className="quiet ending num">
      {inputTokens.toLocaleString("en-US")} tokens in, {outputTokens.toLocaleString("en-US")} out
      {cost}
    </p>
  );
}
