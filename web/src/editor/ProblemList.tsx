import type { Problem } from "./problems";
import { tally } from "./problems";

interface ProblemListProps {
  problems: Problem[];
  onJump: (problem: Problem) => void;
}

/** The findings in the file, the worst first; each leads to its place. */
export function ProblemList({ problems, onJump }: ProblemListProps) {
  if (problems.length === 0) return null;
  const worst = [...problems].sort(
    (one, other) => Number(rank(one) > rank(other)) - Number(rank(one) < rank(other)),
  );
  return (
    <section className="findings" aria-label={tally(problems)}>
      <ul>
        {worst.map((problem, index) => (
          <li key={index}>
            <button type="button" data-severity={problem.severity} onClick={() => onJump(problem)}>
              <span className="finding-place num">
                <span className="hidden">{problem.severity === "error" ? "Problem" : "Warning"}, line </span>
                {problem.line ?? "–"}
                {problem.column !== null && `:${problem.column}`}
              </span>
              <span className="finding-words" dir="auto">
                {problem.message}
                {problem.hint !== null && <span className="finding-hint">{problem.hint}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const rank = (problem: Problem) => (problem.severity === "error" ? 0 : 1e9) + (problem.line ?? 0);
