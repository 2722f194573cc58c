import { useState } from "react";
import { bytes } from "../format/text";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { to } from "../shell/routes";
import { find } from "../shell/search";
import type { Connection, Dataset, Table } from "./types";

const MANY = 12;

type TableListProps =
  | { bones: true; connection?: never; dataset?: never; tables?: never }
  | { bones?: never; connection: Connection; dataset: Dataset; tables: Table[] };

/** The tables of a dataset with their sizes; many of them can be searched. */
export function TableList({ bones, connection, dataset, tables }: TableListProps) {
  const [query, setQuery] = useState("");
  if (bones)
    return (
      <div className="bone table-bones" aria-hidden="true">
        <span className="hidden">Loading</span>
      </div>
    );
  const found = find(tables, query, (table) => [
    { text: table.name, weight: 3 },
    { text: table.description, weight: 1 },
  ]);
  return (
    <>
      {tables.length > MANY && (
        <search className="tools">
          <label className="search-field">
            <span className="hidden">Search the tables of {dataset.name}</span>
            <Icon name="search" />
            <input
              type="search"
              value={query}
              placeholder="Search tables"
              autoComplete="off"
              onChange={(event) => setQuery(event.target.value)}
            />
          </label>
        </search>
      )}
      <div className="catalog-scroll">
        <table className="catalog-table tables-table">
          <caption className="hidden">Tables of {dataset.name}</caption>
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col" data-numeric="true">
                Rows
              </th>
              <th scope="col" data-numeric="true">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((table) => (
              <tr key={table.id}>
                <td>
                  <Link className="cover" href={to.table(connection.id, dataset.name, table.name)} dir="auto">
                    {table.name}
                  </Link>
                  {table.kind !== "table" && <span className="tag">{table.kind.replaceAll("_", " ")}</span>}
                  {table.description && (
                    <p className="quiet" dir="auto">
                      {table.description}
                    </p>
                  )}
                </td>
                <td data-numeric="true">{table.rows === null ? "–" : table.rows.toLocaleString("en-US")}</td>
                <td data-numeric="true">{table.bytes === null ? "–" : bytes(table.bytes)}</td>
              </tr>
            ))}
            {found.length === 0 && (
              <tr>
                <td colSpan={3} className="quiet">
                  No table is called that.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}
