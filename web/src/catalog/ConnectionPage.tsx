import { type ReactNode, useState } from "react";
import { bytes, count } from "../format/text";
import { ago, exactly } from "../shell/ago";
import { Icon } from "../shell/Icon";
import { useMay } from "../shell/me";
import { useTitle } from "../shell/useArrival";
import { Crumbs } from "./Crumbs";
import { byNameOrId, useConnections, useFound, useScan, useValidate } from "./queries";
import { RemoveConnection } from "./RemoveConnection";
import { kindName, Status } from "./Status";
import { TableList } from "./TableList";
import { InlineTrouble, Trouble } from "./Trouble";
import type { Connection } from "./types";

export function ConnectionPage({ id }: { id: string }) {
  const connections = useConnections();
  const connection = byNameOrId(connections.data ?? [], id);
  useTitle(connection?.name ?? "Connection");
  return (
    <main id="main" className="page narrow">
      <Crumbs steps={[{ label: "Connections", href: "/connections" }]} />
      {connections.isPending && (
        <header className="page-head" aria-busy="true">
          <span className="bone title" />
        </header>
      )}
      {connections.isError && (
        <Trouble
          title="The connection could not be loaded"
          error={connections.error}
          onRetry={() => void connections.refetch()}
        />
      )}
      {connections.data && !connection && (
        <div className="empty">
          <h1>No such connection</h1>
          <p className="quiet">It may have been removed, or the address is misspelt.</p>
        </div>
      )}
      {connection && <Known connection={connection} />}
    </main>
  );
}

function Known({ connection }: { connection: Connection }) {
  const connect = useMay("connect");
  const found = useFound(connection.id);
  const validate = useValidate(connection);
  const scan = useScan(connection);
  const [removing, setRemoving] = useState(false);
  const failure = validate.error ?? scan.error;
  return (
    <>
      <header className="page-head">
        <div className="page-name">
          <h1 dir="auto">{connection.name}</h1>
          <Status connection={connection} />
        </div>
        {connect && (
          <div className="actions">
            <Working
              busy={validate.isPending}
              label="Check"
              doing="Checking…"
              onRun={() => validate.mutate()}
            >
              <Icon name="check" />
            </Working>
            <Working busy={scan.isPending} label="Rescan" doing="Reading…" onRun={() => scan.mutate()}>
              <Icon name="refresh" />
            </Working>
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove ${connection.name}`}
              onClick={() => setRemoving(true)}
            >
              <Icon name="trash" />
            </button>
          </div>
        )}
      </header>
      {failure && <InlineTrouble error={failure} />}
      <Facts connection={connection} />
      {found.isPending && <TableList bones />}
      {found.isError && (
        <Trouble
          title="The tables could not be loaded"
          error={found.error}
          onRetry={() => void found.refetch()}
        />
      )}
      {found.data?.every((one) => one.tables.length === 0) && (
        <div className="empty">
          <h2>No tables found</h2>
          <p className="quiet">
            {connection.scanned_at
              ? "The last scan found none. Rescan when there are some."
              : "The connection has not been scanned yet."}
          </p>
        </div>
      )}
      {found.data
        ?.filter((one) => one.tables.length > 0)
        .map(({ dataset, tables }) => (
          <section className="dataset" key={dataset.id} aria-labelledby={`dataset-${dataset.id}`}>
            <h2 id={`dataset-${dataset.id}`}>
              <span dir="auto">{dataset.name}</span>{" "}
              <span className="quiet num">{count(tables.length, "table")}</span>
            </h2>
            {dataset.description && (
              <p className="quiet" dir="auto">
                {dataset.description}
              </p>
            )}
            <TableList connection={connection} dataset={dataset} tables={tables} />
          </section>
        ))}
      {removing && <RemoveConnection connection={connection} onClose={() => setRemoving(false)} />}
    </>
  );
}

const ACCESS: Record<string, string> = {
  schema: "names and types",
  aggregates: "names, types and query results",
  samples: "names, types, query results and samples",
};

function Facts({ connection }: { connection: Connection }) {
  return (
    <dl className="fact-row num">
      <Fact term="Kind">{kindName(connection.kind)}</Fact>
      <Fact term="One query may read">{bytes(connection.max_bytes_per_query)}</Fact>
      <Fact term="A model sees">{ACCESS[connection.ai_access] ?? connection.ai_access}</Fact>
      <Fact term="Scanned">
        {connection.scanned_at ? (
          <time dateTime={connection.scanned_at} title={exactly(connection.scanned_at)}>
            {ago(connection.scanned_at)}
          </time>
        ) : (
          "never"
        )}
      </Fact>
    </dl>
  );
}

export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface WorkingProps {
  busy: boolean;
  label: string;
  doing: string;
  onRun: () => void;
  children: ReactNode;
}

function Working({ busy, label, doing, onRun, children }: WorkingProps) {
  return (
    <button type="button" className="button busy-button" aria-busy={busy} onClick={() => !busy && onRun()}>
      {children}
      {busy ? doing : label}
    </button>
  );
}
