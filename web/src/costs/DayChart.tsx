import { bytes } from "../format/text";
import { type Day, dayTitle } from "./ledger";
import { money, moneyBound } from "./price";

interface DayChartProps {
  days: Day[];
  priced: boolean;
}

/** A bar a day: what was estimated, and in front of it what was billed. The figures are in the table beside it. */
export function DayChart({ days, priced }: DayChartProps) {
  const before = (day: Day) => (priced ? day.usd_estimated : day.estimated);
  const billed = (day: Day) => (priced ? day.usd_billed : day.billed);
  const most = Math.max(...days.map(before), ...days.map(billed));
  if (!(most > 0)) return null;
  const height = (value: number) => (value > 0 ? Math.max(1.5, (value / most) * 100) : 0);
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure className="day-chart">
      <p className="day-most num">{priced ? moneyBound(most) : bytes(most)}</p>
      <svg
        viewBox={`0 0 ${days.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${priced ? "Money" : "Bytes"} a day over ${days.length} days; the table below has the figures`}
      >
        {days.map((day, at) => (
          <g key={day.day}>
            <title>
              {`${dayTitle(day.day)}: ${priced ? money(day.usd_billed) : bytes(day.billed)} billed, ${bytes(day.estimated)} estimated`}
            </title>
            <rect className="day-slot" x={at} y={0} width={1} height={100} />
            <rect
              className="day-estimated"
              x={at + 0.12}
              y={100 - height(before(day))}
              width={0.76}
              height={height(before(day))}
            />
            <rect
              className="day-billed"
              x={at + 0.12}
              y={100 - height(billed(day))}
              width={0.76}
              height={height(billed(day))}
            />
          </g>
        ))}
      </svg>
      <figcaption className="num">
        <span>{first && dayTitle(first.day)}</span>
        <span className="day-key">
          <span>
            <i className="key-billed" /> billed
          </span>
          <span>
            <i className="key-estimated" /> estimated, at most
          </span>
        </span>
        <span>{last && dayTitle(last.day)}</span>
      </figcaption>
    </figure>
  );
}
