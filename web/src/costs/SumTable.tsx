import type { ReactNode } from "react";
import { bytes } from "../format/text";
import type { Sum } from "./ledger";
import { money } from "./price";

interface SumTableProps {
  caption: string;
  first: string;
  rows: { key: string; title: ReactNode; sum: Sum }[];
  priced: boolean;
}

/** What was read, a row for each of whatever it is told by. */
export function SumTable({ caption, first, rows, priced }: SumTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, so the keyboard must reach it
    <div className="catalog-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="catalog-table">
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col" data-numeric="true">
              Estimated
            </th>
            <th scope="col" data-numeric="true">
              Billed
            </th>
            {priced && (
              <th scope="col" data-numeric="true">
                Cost
              </th>
            )}
            <th scope="col" data-numeric="true">
              Queries
            </th>
            <th scope="col" data-numeric="true">
              Refused
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title, sum }) => (
            <tr key={key}>
              <td>{title}</td>
              <td data-numeric="true">{bytes(sum.estimated)}</td>
              <td data-numeric="true">{bytes(sum.billed)}</td>
              {priced && <td data-numeric="true">{money(sum.usd_billed)}</td>}
              <td data-numeric="true">{sum.queries.toLocaleString("en-US")}</td>
              <td data-numeric="true">{sum.refused.toLocaleString("en-US")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
