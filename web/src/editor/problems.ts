/** The validator's findings, and where they stand in the text of an editor. */

import type { Outline } from "./outline";

export interface Problem {
  code: string;
  message: string;
  hint: string | null;
  path: string | null;
  /** 1-based. */
  line: number | null;
  /** 1-based, in code points. */
  column: number | null;
  severity: "error" | "warning";
}

export interface Span {
  from: number;
  to: number;
}

/** Reads findings as the server tells them; what is none is left out. */
export function readProblems(found: readonly unknown[], severity: Problem["severity"]): Problem[] {
  return found.flatMap((one) => {
    if (typeof one !== "object" || one === null) return [];
    const raw = one as Record<string, unknown>;
    const text = (key: string) => (typeof raw[key] === "string" ? (raw[key] as string) : null);
    const whole = (key: string) => (Number.isInteger(raw[key]) ? (raw[key] as number) : null);
    const message = text("message");
    if (message === null) return [];
    return [
      {
        code: text("code") ?? "problem",
        message,
        hint: text("hint"),
        path: text("path"),
        line: whole("line"),
        column: whole("column"),
        severity,
      },
    ];
  });
}

/**
 * Where a finding stands, in UTF-16 units of `text` (lines ended by \n), from its place to the end of the word there.
 *
 * A place beyond the end of a line or of the text is moved to that end: the text may have changed meanwhile.
 */
export function spanOf(text: string, problem: Problem, outline: Outline): Span {
  const lines = text.split("\n");
  const told = problem.line ?? (outline.lineOf(problem.path ?? "") ?? 0) + 1;
  const number = Math.min(Math.max(1, told), lines.length);
  const line = lines[number - 1] ?? "";
  let start = 0;
  for (let index = 0; index < number - 1; index++) start += (lines[index]?.length ?? 0) + 1;
  const at =
    problem.line === number && problem.column !== null ? units(line, problem.column - 1) : indent(line);
  const rest = line.slice(at);
  const word = /^(?:[\w.$-]+|["'].*?["']|\S)/u.exec(rest)?.[0].length ?? 0;
  if (word > 0) return { from: start + at, to: start + at + word };
  const visible = line.trimEnd().length;
  return visible > 0 && at >= visible
    ? { from: start + indent(line), to: start + visible }
    : { from: start + at, to: start + line.length };
}

/** The UTF-16 units that the first `points` code points of a line take. */
export function units(line: string, points: number): number {
  let at = 0;
  for (let point = 0; point < points && at < line.length; point++)
    at += (line.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

const indent = (line: string) => line.search(/\S|$/);

/** `2 problems, 1 warning`. */
export function tally(problems: Problem[]): string {
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [];
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? "problem" : "problems"}`);
  if (warnings > 0) parts.push(`${warnings} ${warnings === 1 ? "warning" : "warnings"}`);
  return parts.length === 0 ? "No problems" : parts.join(", ");
}
