import { lazy, Suspense, useState } from "react";
import { bytes, count } from "../format/text";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { useMay } from "../shell/me";
import { to } from "../shell/routes";
import { useTitle } from "../shell/useArrival";
import { useConnections, useFound } from "./queries";
import { kindName, Status } from "./Status";
import { Trouble } from "./Trouble";
import type { Connection } from "./types";
import { Upload } from "./Upload";

const AddConnection = lazy(() => import("./AddConnection"));

export function ConnectionsPage() {
  useTitle("Connections");
  const [adding, setAdding] = useState(false);
  const connections = useConnections();
  const connect = useMay("connect");
  const none = connections.data?.length === 0;
  return (
    <main id="main" className="page narrow">
      <header className="page-head">
        <div>
          <h1>Connections</h1>
          <p className="lede">The data your questions are answered from.</p>
        </div>
        {connect && (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            <Icon name="plus" /> Add a connection
          </button>
        )}
      </header>
      {connections.isError && (
        <Trouble
          title="The connections could not be loaded"
          error={connections.error}
          onRetry={() => void connections.refetch()}
        />
      )}
      {connections.isPending && (
        <div className="cards" aria-hidden="true">
          {[1, 2].map((n) => (
            <div className="bone connection" key={n} />
          ))}
        </div>
      )}
      {none && (
        <div className="empty">
          <h2>No data yet</h2>
          <p className="quiet">
            {connect
              ? "Drop a CSV or Parquet file below, or connect BigQuery or a DuckDB file on the server. Then ask about it."
              : "Ask an admin of your team to add a connection; then you can ask about its tables."}
          </p>
        </div>
      )}
      {connections.data && connections.data.length > 0 && (
        <ul className="cards">
          {connections.data.map((connection) => (
            <Card connection={connection} key={connection.id} />
          ))}
        </ul>
      )}
      {connect && connections.data && <Upload />}
      {adding && (
        <Suspense>
          <AddConnection onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </main>
  );
}

function Card({ connection }: { connection: Connection }) {
  const found = useFound(connection.id);
  const tables = found.data?.flatMap((one) => one.tables);
  const size = tables?.reduce((sum, table) => sum + (table.bytes ?? 0), 0) ?? 0;
  return (
    <li className="connection">
      <Icon name="database" size={20} />
      <div className="connection-main">
        <Link className="cover" href={to.connection(connection.id)} dir="auto">
          {connection.name}
        </Link>
        <p className="quiet num">
          {kindName(connection.kind)}
          {tables && ` · ${count(tables.length, "table")}`}
          {size > 0 && ` · ${bytes(size)}`}
          {found.isError && " · its tables could not be read"}
        </p>
      </div>
      <Status connection={connection} />
    </li>
  );
}
