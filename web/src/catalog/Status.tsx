import { ago, exactly } from "../shell/ago";
import type { Connection } from "./types";

const WORDS: Record<string, string> = { ready: "Ready", failing: "Does not answer" };

/** Whether a connection answered when it was last checked. */
export function Status({ connection }: { connection: Connection }) {
  const { status, validated_at: at } = connection;
  return (
    <span className="status" data-status={status}>
      <span className="status-dot" aria-hidden="true" />
      {WORDS[status] ?? status}
      {at && (
        <time className="quiet" dateTime={at} title={exactly(at)}>
          checked {ago(at)}
        </time>
      )}
    </span>
  );
}

const KINDS: Record<string, string> = { duckdb: "DuckDB", bigquery: "BigQuery" };

export function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
}
