import { useMemo } from "react";
import type { Insight, ViewSpec } from "../api/types";
import DataTable from "./DataTable";
import { readColumns } from "./table";

export default function TableView({ view, insight }: { view: ViewSpec; insight: Insight }) {
  const columns = useMemo(() => readColumns(view, insight), [view, insight]);
  return <DataTable label={view.title || "Table"} columns={columns} insight={insight} />;
}
