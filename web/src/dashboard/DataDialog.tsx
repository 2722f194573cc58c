import { useMemo } from "react";
import type { Insight, ViewSpec } from "../api/types";
import { csv } from "../format/csv";
import DataTable from "../views/DataTable";
import { everyColumn } from "../views/table";
import { CopyButton } from "./CopyButton";
import { Dialog } from "./Dialog";

interface DataDialogProps {
  title: string;
  view: ViewSpec;
  insight: Insight;
  onClose: () => void;
}

/** The numbers behind a view, all columns of them. */
export default function DataDialog({ title, view, insight, onClose }: DataDialogProps) {
  const columns = useMemo(() => everyColumn(view, insight), [view, insight]);
  return (
    <Dialog
      title={`Data of ${title}`}
      size="wide"
      onClose={onClose}
      actions={<CopyButton label="Copy as CSV" text={() => csv(insight.data, columns)} />}
    >
      <div className="sheet-table">
        <DataTable label={title} columns={columns} insight={insight} />
      </div>
    </Dialog>
  );
}
