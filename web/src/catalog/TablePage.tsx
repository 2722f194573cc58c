import { useState } from "react";
import { suggest } from "../chat/suggest";
import { bytes, count } from "../format/text";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { useMay } from "../shell/me";
import { to } from "../shell/routes";
import { useTitle } from "../shell/useArrival";
import { Fact } from "./ConnectionPage";
import { Crumbs } from "./Crumbs";
import { byNameOrId, useConnections, useFound, useTable } from "./queries";
import { sampleSql } from "./sampleSql";
import { Trouble } from "./Trouble";
import type { Connection, TableColumn, TableSchema } from "./types";

interface TablePageProps {
  /** The connection's id or name. */
  id: string;
  dataset: string;
  table: string;
}

export function TablePage({ id, dataset, table }: TablePageProps) {
  useTitle(table);
  const connections = useConnections();
  const connection = byNameOrId(connections.data ?? [], id);
  const found = useFound(connection?.id);
  const known = found.data
    ?.find((one) => one.dataset.name === dataset)
    ?.tables.find((one) => one.name === table);
  const schema = useTable(known?.id);
  const error = connections.error ?? found.error ?? schema.error;
  const missing = (connections.data && !connection) || (found.data && !known);
  const retry = () => void Promise.all([connections.refetch(), known ? schema.refetch() : found.refetch()]);
  const above = connection ? to.connection(connection.id) : to.connection(id);
  return (
    <main id="main" className="page narrow">
      <Crumbs
        steps={[
          { label: "Connections", href: "/connections" },
          ...(connection ? [{ label: connection.name, href: above }] : []),
        ]}
      />
      {error && <Trouble title={`${table} could not be read`} error={error} onRetry={retry} />}
      {!error && missing && (
        <div className="empty">
          <h1>No such table</h1>
          <p className="quiet" dir="auto">
            {connection
              ? `The last scan of ${connection.name} did not find ${dataset}.${table}.`
              : "There is no connection of that name."}
          </p>
          <Link className="button" href={connection ? above : "/connections"}>
            {connection ? "All tables" : "All connections"}
          </Link>
        </div>
      )}
      {!error && !missing && (
        <>
          <Head
            connection={connection}
            name={`${dataset}.${table}`}
            table={table}
            schema={schema.data}
            description={schema.data?.description ?? known?.description ?? null}
          />
          {schema.data && connection ? (
            <Body connection={connection} schema={schema.data} />
          ) : (
            <div className="bone table-bones tall" aria-hidden="true" />
          )}
        </>
      )}
    </main>
  );
}

interface HeadProps {
  connection: Connection | undefined;
  name: string;
  table: string;
  schema: TableSchema | undefined;
  description: string | null;
}

function Head({ connection, name, table, schema, description }: HeadProps) {
  const chat = useMay("chat");
  const [question] = schema ? suggest({ name: schema.name, columns: schema.columns }) : [];
  const asked = question ?? `How many rows does ${table} have?`;
  return (
    <header className="page-head">
      <div className="page-name">
        <h1 dir="auto">{table}</h1>
        <p className="quiet mono" dir="auto">
          {name}
        </p>
        {description && (
          <p className="lede" dir="auto">
            {description}
          </p>
        )}
      </div>
      {chat && connection && (
        <Link className="button primary" href={to.ask(asked, connection.name)}>
          <Icon name="chat" /> Ask about this table
        </Link>
      )}
    </header>
  );
}

function Body({ connection, schema }: { connection: Connection; schema: TableSchema }) {
  const chat = useMay("chat");
  const questions = suggest({ name: schema.name, columns: schema.columns });
  return (
    <>
      <dl className="fact-row num">
        <Fact term="Rows">{schema.rows === null ? "unknown" : schema.rows.toLocaleString("en-US")}</Fact>
        <Fact term="Size">{bytes(schema.bytes)}</Fact>
        <Fact term="Columns">{schema.columns.length}</Fact>
        {schema.partitioned_by && <Fact term="Partitioned by">{schema.partitioned_by}</Fact>}
        {schema.clustered_by.length > 0 && <Fact term="Clustered by">{schema.clustered_by.join(", ")}</Fact>}
      </dl>
      {chat && questions.length > 0 && (
        <section className="dataset" aria-labelledby="questions-title">
          <h2 id="questions-title">Questions it can answer</h2>
          <ul className="chips">
            {questions.map((question) => (
              <li key={question}>
                <Link href={to.ask(question, connection.name)}>{question}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="dataset" aria-labelledby="columns-title">
        <h2 id="columns-title">Columns</h2>
        <ColumnTable columns={schema.columns} name={schema.name} />
      </section>
      <section className="dataset" aria-labelledby="sql-title">
        <h2 id="sql-title">SQL to begin with</h2>
        <div className="samples">
          {sampleSql(connection.kind, schema).map((sample) => (
            <SampleBlock key={sample.title} {...sample} />
          ))}
        </div>
      </section>
    </>
  );
}

function ColumnTable({ columns, name }: { columns: TableColumn[]; name: string }) {
  return (
    <div className="catalog-scroll">
      <table className="catalog-table columns-table">
        <caption className="hidden">{`${count(columns.length, "column")} of ${name}`}</caption>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Empty values</th>
            <th scope="col" data-numeric="true">
              Distinct
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <td>
                <span className="column-name" dir="auto">
                  {column.name}
                </span>
                {column.description && (
                  <p className="quiet" dir="auto">
                    {column.description}
                  </p>
                )}
              </td>
              <td className="mono">{column.type.toLowerCase()}</td>
              <td>{column.nullable ? "allowed" : "never"}</td>
              <td data-numeric="true">
                {column.distinct === null ? "–" : `≈ ${column.distinct.toLocaleString("en-US")}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SampleBlock({ title, sql }: { title: string; sql: string }) {
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(sql).then(
      () => setCopied("yes"),
      () => setCopied("no"),
    );
  return (
    <figure className="sample">
      <figcaption>
        {title}
        <button
          type="button"
          className="text-button"
          aria-label={`Copy: ${title}`}
          onClick={() => void copy()}
        >
          <Icon name={copied === "yes" ? "check" : "copy"} size={14} />
          <span role="status">
            {copied === "yes" ? "Copied" : copied === "no" ? "Select it and copy by hand" : "Copy"}
          </span>
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className="code-block" tabIndex={0}>
        {sql}
      </pre>
    </figure>
  );
}
