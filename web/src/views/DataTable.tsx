import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Insight } from "../api/types";
import { count } from "../format/text";
import { Icon } from "../shell/Icon";
import { findRows } from "./find";
import { rowCount, sortedOrder } from "./rows";
import { cellText, sumOf, type TableColumn, widths } from "./table";

const ROW_PX = 33;
const OVERSCAN = 10;
/** A table this long is drawn whole, so that the browser finds and reads all of it. */
const WHOLE = 200;
const FEW = 12;

interface Sort {
  key: string;
  descending: boolean;
}

interface DataTableProps {
  label: string;
  columns: readonly TableColumn[];
  insight: Insight;
}

/** A table of any length: of a long one only the rows in sight are drawn. Sorted by its heads, searched, and summed where sums mean something. */
export default function DataTable({ label, columns, insight }: DataTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<Sort | null>(null);
  const [text, setText] = useState("");
  const order = useOrder(columns, insight, sort);
  const { rows, looking } = useFound(columns, insight, order, text.trim());
  const total = rowCount(insight.data);

  const sortBy = ({ key, numeric }: TableColumn) =>
    setSort((now) => {
      if (now?.key !== key) return { key, descending: numeric };
      return now.descending === numeric ? { key, descending: !numeric } : null;
    });

  return (
    <div className="table-view">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div className="table-scroll" ref={scroller} tabIndex={0} role="region" aria-label={`Rows of ${label}`}>
        <Table {...{ columns, insight, rows, sort, sortBy, scroller }} />
        {rows.length === 0 && <p className="quiet table-none">Nothing found</p>}
      </div>
      {total > FEW && (
        <div className="table-foot num">
          <label className="table-find">
            <Icon name="search" size={14} />
            <span className="hidden">Find in {label}</span>
            <input
              type="search"
              placeholder="Find"
              value={text}
              spellCheck={false}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <span className="quiet" role="status" aria-busy={looking}>
            {text.trim() !== "" && `${rows.length.toLocaleString("en-US")} of ${count(total, "row")}`}
          </span>
        </div>
      )}
    </div>
  );
}

function useOrder(columns: readonly TableColumn[], insight: Insight, sort: Sort | null): number[] {
  return useMemo(() => {
    const column = columns.find((it) => it.key === sort?.key);
    const values = column ? insight.data[column.key] : undefined;
    if (column && values && sort) return sortedOrder(values, column.type, sort.descending);
    return Array.from({ length: rowCount(insight.data) }, (_, index) => index);
  }, [columns, insight, sort]);
}

/** The rows that hold a text; while they are looked for, those before them stay. */
function useFound(columns: readonly TableColumn[], insight: Insight, order: number[], text: string) {
  const [found, setFound] = useState<{ rows: number[]; text: string; order: number[] } | null>(null);
  useEffect(() => {
    if (text === "") return setFound(null);
    const looking = new AbortController();
    void findRows(insight.data, columns, order, text, looking.signal).then(
      (rows) => rows && setFound({ rows, text, order }),
    );
    return () => looking.abort();
  }, [columns, insight, order, text]);
  const looking = text !== "" && (found?.text !== text || found.order !== order);
  const inData =
    text !== "" && found !== null && (found.order === order || found.order.length === order.length);
  return { rows: inData ? found.rows : order, looking };
}

interface TableProps extends Omit<DataTableProps, "label"> {
  rows: readonly number[];
  sort: Sort | null;
  sortBy: (column: TableColumn) => void;
  scroller: RefObject<HTMLDivElement | null>;
}

function Table({ columns, insight, rows, sort, sortBy, scroller }: TableProps) {
  const sizes = useMemo(() => widths(columns, insight), [columns, insight]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: rows.length <= WHOLE ? WHOLE : OVERSCAN,
    initialRect: { width: 800, height: 400 },
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  return (
    <table aria-rowcount={rows.length + 1} style={{ minWidth: width }}>
      <colgroup>
        {columns.map((column, index) => (
          <col key={column.key} style={{ width: `${((sizes[index] ?? 0) / width) * 100}%` }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <Head key={column.key} column={column} sort={sort} onSort={() => sortBy(column)} />
          ))}
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Gap height={before} />}
        {items.map(({ index }) => (
          <Row key={rows[index]} row={rows[index] ?? 0} place={index} columns={columns} insight={insight} />
        ))}
        {after > 0 && <Gap height={after} />}
      </tbody>
      <Totals columns={columns} insight={insight} rows={rows} />
    </table>
  );
}

function Head({ column, sort, onSort }: { column: TableColumn; sort: Sort | null; onSort: () => void }) {
  const mine = sort?.key === column.key;
  const direction = !mine ? "none" : sort.descending ? "descending" : "ascending";
  return (
    <th scope="col" data-numeric={column.numeric} aria-sort={direction}>
      <button type="button" onClick={onSort} title={column.label}>
        <span dir="auto">{column.label}</span>
        <span className="sort-sign" data-on={mine}>
          <Icon name={direction === "descending" ? "arrowDown" : "up"} size={12} />
        </span>
      </button>
    </th>
  );
}

function Gap({ height }: { height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus
  return <tr className="gap" aria-hidden="true" style={{ height }} />;
}

interface RowProps {
  row: number;
  place: number;
  columns: readonly TableColumn[];
  insight: Insight;
}

const Row = memo(function Row({ row, place, columns, insight }: RowProps) {
  return (
    <tr aria-rowindex={place + 2}>
      {columns.map((column) => (
        <Cell key={column.key} value={insight.data[column.key]?.at(row)} column={column} />
      ))}
    </tr>
  );
});

function Cell({ value, column }: { value: unknown; column: TableColumn }) {
  const missing = value === null || value === undefined;
  const text = cellText(value, column);
  return (
    <td
      className={missing ? "missing" : undefined}
      data-numeric={column.numeric}
      dir={column.numeric ? undefined : "auto"}
      title={text.length > 24 ? text : undefined}
    >
      {text}
    </td>
  );
}

/** The sums of the rows shown, under the columns that may be summed. */
function Totals({
  columns,
  insight,
  rows,
}: {
  columns: readonly TableColumn[];
  insight: Insight;
  rows: readonly number[];
}) {
  const sums = useMemo(
    () => columns.map(({ key, additive }) => (additive ? sumOf(insight.data[key] ?? [], rows) : null)),
    [columns, insight, rows],
  );
  if (rows.length < 2 || sums.every((sum) => sum === null)) return null;
  const named = columns.findIndex(({ additive }) => !additive);
  return (
    <tfoot>
      <tr>
        {columns.map((column, index) => (
          <td key={column.key} data-numeric={column.numeric}>
            {sums[index] !== null ? cellText(sums[index], column) : index === named ? totalName(insight) : ""}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

function totalName({ metadata }: Insight): string {
  return metadata.truncated ? "Total of these rows" : "Total";
}
