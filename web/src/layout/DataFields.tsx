import { useId } from "react";
import { Icon } from "../shell/Icon";
import { columnExpression, columnKey, type QueryColumn } from "./columns";
import { SelectField, TextField } from "./Field";
import { type FileInsight, type FileView, freshSlug, setValue } from "./file";
import { findingAt } from "./findings";
import { PROPS, type ViewType } from "./types";
import type { Editing } from "./useEditing";
import { ownInsight, sharers } from "./views";
import { titleOf } from "./words";

export interface FieldsProps {
  editing: Editing;
  name: string;
  view: FileView;
  type: ViewType;
  change: (key: string, value: unknown) => void;
}

const MEASURES = ["y", "value", "size", "compare"];

/** What a view draws: its insight, that insight's query, and an expression for each prop. */
export function DataFields({ editing, name, view, type, change }: FieldsProps) {
  const { file, edit, check, columns } = editing;
  const insight = view.insight === undefined ? undefined : file.insights[view.insight];
  const others = sharers(file, name);
  const names = Object.keys(file.insights);
  if (view.trace !== undefined)
    return <p className="quiet">It draws the trace “{view.trace}”, which is edited as YAML.</p>;
  return (
    <fieldset className="edit-group">
      <legend>Data</legend>
      <SelectField
        label="Insight"
        value={view.insight ?? ""}
        options={[
          ...(view.insight === undefined ? [["", "Choose one"] as const] : []),
          ...names.map((one) => [one, one] as const),
        ]}
        problem={findingAt(check.problems, `/views/${name}/insight`)}
        onChange={(value) => change("insight", value)}
      />
      {others.length > 0 && (
        <div className="edit-shared">
          <p className="quiet">Also drawn by {others.map((one) => titleOf(file, one)).join(", ")}.</p>
          <button
            type="button"
            className="text-button"
            onClick={() => edit((text) => ownInsight(text, name).text)}
          >
            Make a copy for this view
          </button>
        </div>
      )}
      {insight && view.insight !== undefined && (
        <>
          <SelectField
            label="Query"
            value={insight.query ?? ""}
            options={Object.keys(file.queries).map((one) => [one, one])}
            problem={findingAt(check.problems, `/insights/${view.insight}/query`)}
            onChange={(value) =>
              edit((text) => setValue(text, ["insights", view.insight ?? "", "query"], value))
            }
          />
          <Expressions
            editing={editing}
            insight={insight}
            name={view.insight}
            type={type}
            columns={columns(insight.query)}
          />
        </>
      )}
    </fieldset>
  );
}

interface ExpressionsProps {
  editing: Editing;
  insight: FileInsight;
  name: string;
  type: ViewType;
  columns: readonly QueryColumn[];
}

function Expressions({ editing, insight, name, type, columns }: ExpressionsProps) {
  const { edit, check } = editing;
  const id = useId();
  const props = insight.props ?? {};
  const set = (group: "props" | "columns", key: string, value: string) =>
    edit(
      (text) => setValue(text, ["insights", name, group, key], value === "" ? null : value),
      `${name}.${group}.${key}`,
    );
  const fields = PROPS[type].map((spec) => {
    const used = [spec.name, ...(spec.also ?? [])].find((one) => one in props) ?? spec.name;
    return { ...spec, used };
  });
  const shown = new Set(fields.map((one) => one.used));
  const more = Object.keys(props).filter((one) => !shown.has(one));
  const field = (group: "props" | "columns", key: string, label: string) => (
    <TextField
      key={`${group}.${key}`}
      label={label}
      value={insight[group]?.[key]}
      code
      max={4000}
      list={`${id}-${group === "props" && MEASURES.includes(key) ? "measures" : "columns"}`}
      problem={findingAt(check.problems, `/insights/${name}/${group}/${key}`)}
      onChange={(value) => set(group, key, value)}
    />
  );
  return (
    <>
      {fields.map((one) => field("props", one.used, one.needed ? one.label : `${one.label}, if any`))}
      {more.map((one) => field("props", one, one))}
      {type === "table" && (
        <TableColumns
          keys={Object.keys(insight.columns ?? {})}
          columns={columns}
          field={(key) => field("columns", key, key)}
          onAdd={(column) =>
            edit((text) =>
              setValue(
                text,
                ["insights", name, "columns", freshSlug(columnKey(column), insight.columns ?? {})],
                columnExpression(column),
              ),
            )
          }
          onRemove={(key) => set("columns", key, "")}
        />
      )}
      <datalist id={`${id}-columns`}>
        {columns.map((one) => (
          <option key={one.name} value={columnExpression(one.name)}>
            {one.type}
          </option>
        ))}
      </datalist>
      <datalist id={`${id}-measures`}>
        <option value="count(*)" />
        {columns.flatMap((one) =>
          ["sum", "avg", "min", "max"].map((what) => (
            <option key={`${what} ${one.name}`} value={`${what}(${columnExpression(one.name)})`} />
          )),
        )}
      </datalist>
    </>
  );
}

interface TableColumnsProps {
  keys: string[];
  columns: readonly QueryColumn[];
  field: (key: string) => React.ReactNode;
  onAdd: (column: string) => void;
  onRemove: (key: string) => void;
}

function TableColumns({ keys, columns, field, onAdd, onRemove }: TableColumnsProps) {
  return (
    <>
      {keys.map((key) => (
        <div className="edit-with" key={key}>
          {field(key)}
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove the column ${key}`}
            onClick={() => onRemove(key)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {columns.length > 0 && (
        <SelectField
          label="Add a column"
          value=""
          options={[["", "Choose one"], ...columns.map((one) => [one.name, one.name] as const)]}
          onChange={(value) => value !== "" && onAdd(value)}
        />
      )}
    </>
  );
}
