import { bytes } from "../format/text";
import { atMost, budgetWords, refreshWords } from "./price";
import type { DashboardCost } from "./types";
import "../styles/costs.css";

/** What a file would cost once it is saved: in a line, and open by query; over which budget it would go. */
export function FileCost({ cost }: { cost: DashboardCost | null }) {
  if (cost === null) return null;
  const queries = Object.entries(cost.queries).toSorted(([, one], [, other]) => other.bytes - one.bytes);
  const over = cost.budgets.filter(
    (budget) => budget.left !== null && budget.name !== "turn" && cost.refresh.bytes > budget.left,
  );
  return (
    <details className="file-cost num">
      <summary>{refreshWords({ refresh: cost.refresh, now: null })}</summary>
      {over.map((budget) => (
        <p key={budget.name} className="over">
          More than {budgetWords(budget.name)} has left ({bytes(budget.left)}): it would not run.
        </p>
      ))}
      <ul>
        {queries.map(([name, amount]) => (
          <li key={name}>
            <span dir="auto">{name}</span>
            <span>{atMost(amount)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
