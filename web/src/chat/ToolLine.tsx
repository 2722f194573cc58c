import { bytes } from "../format/text";
import { Icon } from "../shell/Icon";
import { phrase, subject } from "./tools";
import type { DryRun, ToolStep } from "./transcript";

/** One tool call as a quiet line; open, it shows what went in, what came out and what it would cost. */
export function ToolLine({ step }: { step: ToolStep }) {
  return (
    <details className="tool" data-tool={step.name} data-state={step.state}>
      <summary>
        <Icon name="chevron" size={13} />
        <span className="tool-state">
          {step.state === "running" && <span className="pulse" />}
          {step.state === "ok" && <Icon name="check" size={14} />}
          {step.state === "failed" && <Icon name="cross" size={14} />}
        </span>
        <span className="tool-name">{phrase(step)}</span>
        <span className="tool-subject num">{subject(step)}</span>
      </summary>
      <div className="tool-body">
        {step.dryRuns.map((run, index) => (
          <DryRunLine key={index} run={run} />
        ))}
        <Arguments value={step.arguments} />
        {step.result !== null && step.result !== undefined && (
          <Part title="Result" text={asText(step.result)} />
        )}
        {step.summary !== "" && step.result === null && <Part title="Result" text={step.summary} />}
      </div>
    </details>
  );
}

function DryRunLine({ run }: { run: DryRun }) {
  const share = run.bytes === null || !run.limit ? 0 : Math.min(1, run.bytes / run.limit);
  return (
    <div className="dry-run" data-ok={run.ok}>
      <p className="num">
        <strong>{bytes(run.bytes)}</strong> to read, {bytes(run.limit)} allowed{run.ok ? "" : ": refused"}
      </p>
      <meter min={0} max={1} value={share} aria-label="Share of the allowed bytes" />
    </div>
  );
}

function Arguments({ value }: { value: unknown }) {
  if (typeof value !== "object" || value === null) return null;
  return Object.entries(value).map(([name, given]) => (
    <Part key={name} title={name.replaceAll("_", " ")} text={asText(given)} />
  ));
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <div className="part">
      <p className="part-title">{title}</p>
      <pre className="code-block">{text}</pre>
    </div>
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
