import { type ReactNode, useEffect, useRef, useState } from "react";
import { bytes, count } from "../format/text";
import { Icon } from "../shell/Icon";
import type { Step } from "./transcript";

/** So many lines are folded up when their turn is over: what it found then stands beneath its question. */
const MANY = 3;

interface StepsProps {
  steps: readonly Step[];
  over: boolean;
  children: ReactNode;
}

/** What a turn did, line by line while it runs; folded up when it is over, unless someone is reading in it. */
export function Steps({ steps, over, children }: StepsProps) {
  const folds = over && steps.length >= MANY;
  const place = useRef<HTMLDetailsElement>(null);
  const [open] = useState(!folds);
  useEffect(() => {
    const element = place.current;
    if (folds && element && !element.querySelector("details[open]")) element.open = false;
  }, [folds]);
  return (
    <details className="did" ref={place} open={open} data-folds={folds}>
      <summary>
        <Icon name="chevron" size={13} />
        <span>{count(steps.length, "step")}</span>
        <span className="quiet num">{told(steps)}</span>
      </summary>
      {children}
    </details>
  );
}

function told(steps: readonly Step[]): string {
  const tools = steps.filter((step) => step.kind === "tool");
  const runs = tools.flatMap((step) => step.dryRuns);
  const failed = tools.filter((step) => step.state === "failed").length;
  const read = runs.reduce((sum, run) => sum + (run.bytes ?? 0), 0);
  return [
    runs.length > 0 ? `${count(runs.length, "query", "queries")} tried, ${bytes(read)}` : "",
    failed > 0 ? `${failed} failed` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** The steps in groups: what a turn did, in a row, and what it said, each alone. */
export function grouped(steps: readonly Step[]): { from: number; steps: Step[]; done: boolean }[] {
  const groups: { from: number; steps: Step[]; done: boolean }[] = [];
  for (const [index, step] of steps.entries()) {
    const done = step.kind === "tool" || step.kind === "draft";
    const last = groups.at(-1);
    if (last && done && last.done) last.steps.push(step);
    else groups.push({ from: index, steps: [step], done });
  }
  return groups;
}
