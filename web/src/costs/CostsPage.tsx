import { type ReactNode, useState } from "react";
import { Trouble } from "../catalog/Trouble";
import { Link } from "../shell/Link";
import { to } from "../shell/routes";
import { useTitle } from "../shell/useArrival";
import { Budgets } from "./Budgets";
import { DayChart } from "./DayChart";
import { costsMoney, dayTitle, figures, purposeTitle } from "./ledger";
import { useTeamCosts } from "./queries";
import { SumTable } from "./SumTable";
import type { TeamCosts } from "./types";
import "../styles/costs.css";

const SPANS = [7, 30, 90];

/** What the team's queries read and cost, by day, dashboard and purpose, and how far its budgets are used up. */
export default function CostsPage() {
  useTitle("Costs");
  const [span, setSpan] = useState(30);
  const costs = useTeamCosts(span);
  return (
    <main id="main" className="page narrow costs" aria-busy={costs.isFetching}>
      <header className="page-head">
        <div>
          <h1>Costs</h1>
          <p className="lede">What your team’s questions and dashboards read, before it ran and after.</p>
        </div>
        <fieldset className="segments spans">
          <legend>Period</legend>
          {SPANS.map((days) => (
            <label key={days} data-on={days === span}>
              <input
                type="radio"
                name="span"
                value={days}
                checked={days === span}
                onChange={() => setSpan(days)}
              />
              {days} days
            </label>
          ))}
        </fieldset>
      </header>
      {costs.isError && (
        <Trouble
          title="The costs could not be read"
          error={costs.error}
          onRetry={() => void costs.refetch()}
        />
      )}
      {costs.isPending && <div className="bone table-bones" aria-hidden="true" />}
      {costs.data && <Costs costs={costs.data} />}
    </main>
  );
}

function Costs({ costs }: { costs: TeamCosts }) {
  const sum = costs.total;
  const priced = costsMoney(sum);
  const used = costs.days.filter((day) => day.queries > 0 || day.refused > 0);
  return (
    <>
      {used.length === 0 && <Nothing priced={costs.priced} />}
      {sum.queries + sum.refused > 0 && (
        <dl className="figures num">
          {figures(sum).map(({ label, value, note }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {value}
                <span>{note}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <DayChart days={costs.days.toReversed()} priced={priced} />
      <Part title="Budgets">
        <Budgets budgets={costs.budgets} />
      </Part>
      {costs.by_dashboard.length > 0 && (
        <Part title="By dashboard">
          <SumTable
            caption="What was read, by dashboard"
            first="Dashboard"
            priced={priced}
            rows={costs.by_dashboard.map((row) => ({
              key: row.dashboard ?? "",
              title: row.dashboard ? (
                <Link href={to.dashboard(row.dashboard)}>{row.dashboard}</Link>
              ) : (
                <span className="quiet">none: questions and checks</span>
              ),
              sum: row,
            }))}
          />
        </Part>
      )}
      {costs.by_purpose.length > 0 && (
        <Part title="By purpose">
          <SumTable
            caption="What was read, by purpose"
            first="Purpose"
            priced={priced}
            rows={costs.by_purpose.map((row) => ({
              key: row.purpose,
              title: purposeTitle(row.purpose),
              sum: row,
            }))}
          />
        </Part>
      )}
      {used.length > 0 && (
        <Part title="By day">
          <SumTable
            caption="What was read, by day"
            first="Day"
            priced={priced}
            rows={used.map((row) => ({
              key: row.day,
              title: <time dateTime={row.day}>{dayTitle(row.day)}</time>,
              sum: row,
            }))}
          />
        </Part>
      )}
    </>
  );
}

function Nothing({ priced }: { priced: boolean }) {
  return (
    <div className="empty free">
      <h2>{priced ? "Nothing was spent in this time" : "Your connections cost nothing to query"}</h2>
      <p className="quiet">
        {priced
          ? "What a question or a dashboard reads from a warehouse that bills for it is counted here, with its money."
          : "None of your team’s warehouses bills for what is read. Once one does, such as BigQuery, each query is counted here with its bytes and its money."}
      </p>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="cost-part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
