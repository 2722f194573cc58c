import { useMemo, useState } from "react";
import type { Insight, ViewSpec } from "../api/types";
import { Icon } from "../shell/Icon";
import { rowCount, sortedOrder } from "./rows";
import { cellText, readColumns, type TableColumn } from "./table";

const MAX_DRAWN = 500;

interface Sort {
  key: string;
  descending: boolean;
}

export function TableView({ view, insight }: { view: ViewSpec; insight: Insight }) {
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = useMemo(() => readColumns(view, insight), [view, insight]);
  const total = rowCount(insight.data);
  const order = useMemo(() => {
    const column = columns.find((it) => it.key === sort?.key);
    const values = column ? insight.data[column.key] : undefined;
    if (!column || !values || !sort) return Array.from({ length: total }, (_, index) => index);
    return sortedOrder(values, column.type, sort.descending);
  }, [columns, insight, sort, total]);

  const sortBy = (key: string, numeric: boolean) =>
    setSort((now) => {
      if (now?.key !== key) return { key, descending: numeric };
      return now.descending === numeric ? { key, descending: !numeric } : null;
    });

  return (
    <div className="table-view">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div className="table-scroll" tabIndex={0} role="region" aria-label={view.title ?? "Table"}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  data-numeric={column.numeric}
                  aria-sort={ariaSort(sort, column.key)}
                >
                  <button type="button" onClick={() => sortBy(column.key, column.numeric)}>
                    {column.label}
                    <span className="sort-sign" data-on={sort?.key === column.key}>
                      <Icon
                        name={sort?.key === column.key && sort.descending ? "arrowDown" : "up"}
                        size={12}
                      />
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.slice(0, MAX_DRAWN).map((row) => (
              <tr key={row}>
                {columns.map((column) => (
                  <Cell key={column.key} value={insight.data[column.key]?.at(row)} column={column} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total > MAX_DRAWN && (
        <p className="quiet table-note num">
          Showing {MAX_DRAWN} of {total.toLocaleString("en-US")} rows
        </p>
      )}
    </div>
  );
}

function Cell({ value, column }: { value: unknown; column: TableColumn }) {
  const missing = value === null || value === undefined;
  return (
    <td
      className={missing ? "missing" : undefined}
      data-numeric={column.numeric}
      dir={column.numeric ? undefined : "auto"}
    >
      {cellText(value, column)}
    </td>
  );
}

function ariaSort(sort: Sort | null, key: string): "ascending" | "descending" | "none" {
  if (sort?.key !== key) return "none";
  return sort.descending ? "descending" : "ascending";
}
