import { bytes } from "../format/text";
import { type Budget, budgetTitle, fullness } from "./price";

/** Each budget as a bar with its numbers; one that is for each turn or refresh by itself is a limit alone. */
export function Budgets({ budgets }: { budgets: readonly Budget[] }) {
  const set = budgets.filter((budget) => budget.limit !== null);
  if (set.length === 0)
    return (
      <p className="quiet">
        No budget is set: each query is held to the cap of its connection, and nothing else. The operator sets
        budgets; see “DASHBRIDGE_BUDGET_…” in the settings.
      </p>
    );
  return (
    <ul className="budgets">
      {set.map((budget) => (
        <li key={budget.name} data-full={fullness(budget) >= 0.9}>
          <span className="budget-name">{budgetTitle(budget.name)}</span>
          {budget.name !== "team_day" ? (
            <span className="num quiet">at most {bytes(budget.limit)}</span>
          ) : (
            <>
              <span className="num">
                {bytes(budget.used)} of {bytes(budget.limit)}
                <span className="quiet"> · {bytes(budget.left)} left</span>
              </span>
              <meter
                min={0}
                max={1}
                value={fullness(budget)}
                aria-label={`${budgetTitle(budget.name)}: used`}
              />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
