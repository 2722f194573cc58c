import { phrase } from "./tools";
import { answerText, type Turn } from "./transcript";

const MOST_CHARS = 300;

/** What a screen reader should hear of the newest turn: what it is at, never each word as it comes. */
export function announcement(turn: Turn | undefined): string {
  if (!turn) return "";
  switch (turn.state) {
    case "running": {
      const step = turn.steps.at(-1);
      if (step?.kind === "tool") return phrase(step);
      return step?.kind === "text" ? "Writing the answer…" : "Thinking…";
    }
    case "question":
      return `A question back: ${shortened(answerText(turn))}`;
    case "stopped":
      return "Stopped.";
    case "limit":
      return "Stopped at the limit for one turn.";
    case "failed": {
      const error = turn.steps.findLast((step) => step.kind === "error");
      return error ? `Failed: ${error.message}` : "Failed.";
    }
    case "complete": {
      const saved = turn.steps.findLast((step) => step.kind === "saved");
      const place = saved ? ` Saved as ${saved.slug}, revision ${saved.revision ?? 1}.` : "";
      return `Answered.${place} ${shortened(answerText(turn))}`.trim();
    }
  }
}

function shortened(text: string): string {
  const line = text.replaceAll(/[*_`#>]+/g, "").replaceAll(/\s+/g, " ");
  return line.length <= MOST_CHARS ? line : `${line.slice(0, MOST_CHARS)}…`;
}
