import { useMemo } from "react";
import { ApiError } from "../api/client";
import { readableSql } from "../format/sql";
import { CopyButton } from "./CopyButton";
import { Dialog } from "./Dialog";
import { type InsightStatements, useStatements } from "./statements";

interface SqlDialogProps {
  title: string;
  slug: string;
  /** An insight's name, or `traces.NAME`. */
  part: string;
  onClose: () => void;
}

const MODES: Record<InsightStatements["mode"], string> = {
  static: "Computed by the warehouse in one go",
  grouped: "Grouped by the warehouse, then filtered and added up here",
  rows: "Rows from the warehouse, computed here",
  server: "Computed by the warehouse anew for every choice",
};

/** How a view is computed: the statement for the warehouse, and what is done with its rows. */
export default function SqlDialog({ title, slug, part, onClose }: SqlDialogProps) {
  const { data, error, isPending } = useStatements(slug);
  const found = data?.insights[part];
  return (
    <Dialog title={`SQL of ${title}`} onClose={onClose} size="wide">
      {isPending && <div className="bone fill" role="status" aria-label="Loading" />}
      {error && (
        <p className="problem" role="alert">
          {error.message} {error instanceof ApiError && error.hint}
        </p>
      )}
      {data && !found && <p className="quiet">This view is computed from no statement of its own.</p>}
      {found && <Statements found={found} />}
    </Dialog>
  );
}

function Statements({ found }: { found: InsightStatements }) {
  const inputs = found.input_dependencies;
  return (
    <div className="statements">
      <p className="quiet">
        {MODES[found.mode] ?? found.mode}: {found.mode_reason}.
        {inputs.length > 0 && ` Follows ${inputs.join(", ")}.`}
      </p>
      <Statement title="As written" sql={found.query} />
      {found.pre_query && <Statement title="On the warehouse" sql={found.pre_query} />}
      {found.post_query && (
        <Statement
          title="On its rows, in DuckDB"
          sql={found.post_query}
          note={found.parameters.map(({ input, accessor }) => `${input}.${accessor}`).join(", ")}
        />
      )}
    </div>
  );
}

function Statement({ title, sql, note }: { title: string; sql: string; note?: string }) {
  const shown = useMemo(() => readableSql(sql), [sql]);
  return (
    <section className="statement" aria-label={title}>
      <div className="statement-head">
        <h3>{title}</h3>
        <CopyButton text={shown} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="code-block" tabIndex={0}>
        {shown}
      </pre>
      {note && <p className="quiet statement-note">The ? stand, in order, for {note}</p>}
    </section>
  );
}
