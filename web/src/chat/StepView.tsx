import { Markdown } from "../format/Markdown";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { to } from "../shell/routes";
import { CodeBlock } from "./CodeBlock";
import { takeFollowUps } from "./followUps";
import { ToolLine } from "./ToolLine";
import type { Step } from "./transcript";

interface StepProps {
  step: Step;
  /** Whether an offered answer can be taken. */
  open: boolean;
  /** Whether the turn has ended well: what it offers next then stands below it. */
  over: boolean;
  /** Whether what it saved does not hold now. */
  undone: boolean;
  onAsk: (question: string) => void;
  onShow: () => void;
}

export function StepView({ step, open, over, undone, onAsk, onShow }: StepProps) {
  switch (step.kind) {
    case "text":
      return <Markdown source={over ? takeFollowUps(step.text).text : step.text} />;
    case "tool":
      return <ToolLine step={step} />;
    case "draft":
      return <File step={step} />;
    case "saved":
      return (
        <div className="saved" data-undone={undone}>
          <Icon name={undone ? "history" : "check"} />
          <span>
            {undone ? "Undone: " : "Saved as "}
            {undone ? step.slug : <Link href={to.dashboard(step.slug)}>{step.slug}</Link>}
            {step.revision !== null && <span className="quiet"> revision {step.revision}</span>}
            {step.note && (
              <span className="saved-note quiet" dir="auto">
                {step.note}
              </span>
            )}
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
                dir="auto"
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
        <div className="failure">
          <p dir="auto">{step.message}</p>
          {step.hint && (
            <p className="quiet" dir="auto">
              {step.hint}
            </p>
          )}
        </div>
      );
  }
}

function File({ step }: { step: Extract<Step, { kind: "draft" }> }) {
  return (
    <details className="tool">
      <summary>
        <Icon name="chevron" size={13} />
        <span className="tool-state">
          <Icon name="code" size={14} />
        </span>
        <span className="tool-name">Dashboard file</span>
        <span className="tool-subject">
          {step.slug}
          {step.revision !== null && `, revision ${step.revision}`}
        </span>
      </summary>
      <div className="tool-body">
        <CodeBlock title={`${step.slug}.yaml`} text={step.yaml} />
      </div>
    </details>
  );
}
