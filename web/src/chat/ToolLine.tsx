import { useState } from "react";
import { moneyBound } from "../costs/price";
import { readableSql } from "../format/sql";
import { bytes } from "../format/text";
import { Icon } from "../shell/Icon";
import { CodeBlock } from "./CodeBlock";
import { type Finding, failureOf, partsOf, phrase, share, subject, wasStopped } from "./tools";
import type { DryRun, ToolStep } from "./transcript";

/** One tool call as a quiet line; open, it shows what went in, what came out and what it would cost. */
export function ToolLine({ step }: { step: ToolStep }) {
  const [open, setOpen] = useState(false);
  const stopped = wasStopped(step);
  return (
    <details
      className="tool"
      data-tool={step.name}
      data-state={stopped ? "stopped" : step.state}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon name="chevron" size={13} />
        <span className="tool-state">
          {step.state === "running" && <span className="pulse" />}
          {step.state === "ok" && <Icon name="check" size={14} />}
          {step.state === "failed" && <Icon name="cross" size={14} />}
        </span>
        <span className="tool-name">{phrase(step)}</span>
        <span className="tool-subject num" dir="auto">
          {subject(step)}
        </span>
      </summary>
      {open && <ToolBody step={step} />}
    </details>
  );
}

function ToolBody({ step }: { step: ToolStep }) {
  const failure = failureOf(step);
  return (
    <div className="tool-body">
      {failure && <Failure {...failure} />}
      {step.dryRuns.map((run, index) => (
        <DryRunLine key={index} run={run} />
      ))}
      {partsOf(step).map(({ title, text, sql, short }) =>
        short ? (
          <p key={title} className="part-short">
            <span className="part-title">{title}</span> <code dir="auto">{text}</code>
          </p>
        ) : (
          <CodeBlock key={title} title={title} text={sql ? readableSql(text) : text} />
        ),
      )}
    </div>
  );
}

function DryRunLine({ run }: { run: DryRun }) {
  const part = share(run);
  return (
    <div className="dry-run" data-ok={run.ok}>
      <p className="num">
        <strong>{bytes(run.bytes)}</strong> to read, {bytes(run.limit)} allowed
        {run.usd ? ` · ${moneyBound(run.usd)} at most` : ""}
        {part && <span className="quiet"> · {part.text} of the cap</span>}
        {run.ok ? "" : ": refused"}
      </p>
      <meter min={0} max={1} value={part?.value ?? 0} aria-label="Share of the allowed bytes" />
    </div>
  );
}

function Failure({ message, findings }: { message: string; findings: readonly Finding[] }) {
  return (
    <div className="tool-failure">
      <p dir="auto">{message}</p>
      {findings.length > 0 && (
        <ul>
          {findings.map((it, index) => (
            <li key={index}>
              {it.place !== "" && <code>{it.place}</code>} {it.message !== message && it.message}
              {it.hint !== "" && <span className="quiet"> {it.hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
