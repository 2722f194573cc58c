import { useId } from "react";
import type { FieldsProps } from "./DataFields";
import { SelectField, TextField } from "./Field";
import { setValue } from "./file";
import { findingAt } from "./findings";
import { knows } from "./types";

const FORMATS = [
  [",d", "1,234"],
  [",.1f", "1,234.5"],
  [".1%", "12.3%"],
  ["$,.2f", "$1,234.50"],
  ["~s", "1.2k"],
  ["%b %Y", "Mar 2013"],
  ["%-d %b", "9 Mar"],
  ["%Y-%m-%d", "2013-03-09"],
] as const;
const RANGES = ["date_range", "number_range"];
const CHOICES = ["select", "multi_select"];

const asMap = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** How a view's values are written and ordered, and what a gesture on it chooses. */
export function LookFields({ editing, name, view, type, change }: FieldsProps) {
  const { file, edit, check } = editing;
  const id = useId();
  const insight = file.insights[view.insight ?? ""];
  const keys = [...Object.keys(insight?.props ?? {}), ...Object.keys(insight?.columns ?? {})];
  const problem = (key: string) => findingAt(check.problems, `/views/${name}/${key}`);
  const each = (group: "format" | "labels", key: string, value: string) =>
    edit(
      (text) => setValue(text, ["views", name, group, key], value === "" ? null : value),
      `${name}.${group}.${key}`,
    );
  const sort = asMap(view.sort);
  const inputs = (types: readonly string[]) =>
    Object.entries(file.inputs).flatMap(([one, spec]) =>
      types.includes(spec.type ?? "") ? [[one, spec.label ?? one] as const] : [],
    );
  const clicked = typeof view.click === "string" ? view.click : String(asMap(view.click).input ?? "");
  return (
    <fieldset className="edit-group">
      <legend>Look</legend>
      {keys.map((key) => (
        <div className="edit-pair" key={key}>
          <TextField
            label={`Label of ${key}`}
            value={asMap(view.labels)[key]}
            max={200}
            problem={problem(`labels/${key}`)}
            onChange={(value) => each("labels", key, value)}
          />
          <TextField
            label="Format"
            value={asMap(view.format)[key]}
            code
            max={40}
            list={`${id}-formats`}
            problem={problem(`format/${key}`)}
            onChange={(value) => each("format", key, value)}
          />
        </div>
      ))}
      <datalist id={`${id}-formats`}>
        {FORMATS.map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </datalist>
      {type !== "table" && (
        <TextField
          label="Unit"
          value={view.unit}
          max={40}
          problem={problem("unit")}
          onChange={(value) => change("unit", value)}
        />
      )}
      {knows(type, "sort") && (
        <SelectField
          label="Order"
          value={sort.by === undefined ? "" : `${sort.by} ${sort.order ?? "descending"}`}
          options={[
            ["", "As the data comes"],
            ...keys.flatMap((key) => [
              [`${key} descending`, `By ${key}, highest first`] as const,
              [`${key} ascending`, `By ${key}, lowest first`] as const,
            ]),
          ]}
          problem={problem("sort")}
          onChange={(value) => {
            const [by, order] = value.split(" ");
            change("sort", value === "" ? null : { by, order });
          }}
        />
      )}
      {knows(type, "limit") && (
        <TextField
          label={type === "table" ? "At most so many rows" : "At most so many categories"}
          value={view.limit}
          problem={problem("limit")}
          onChange={(value) => change("limit", /^[0-9]{1,6}$/.test(value) ? Number(value) : value)}
        />
      )}
      {knows(type, "stack") && (
        <SelectField
          label="Stacking of colours"
          value={typeof view.stack === "string" ? view.stack : ""}
          options={[
            ["", "As usual"],
            ["zero", "On top of each other"],
            ["normalize", "As shares"],
            ["none", "None"],
          ]}
          problem={problem("stack")}
          onChange={(value) => change("stack", value)}
        />
      )}
      {knows(type, "brush") && inputs(RANGES).length > 0 && (
        <SelectField
          label="Dragging across sets"
          value={typeof view.brush === "string" ? view.brush : ""}
          options={[["", "Nothing"], ...inputs(RANGES)]}
          problem={problem("brush")}
          onChange={(value) => change("brush", value)}
        />
      )}
      {knows(type, "click") && inputs(CHOICES).length > 0 && (
        <SelectField
          label="A click sets"
          value={clicked}
          options={[["", "Nothing"], ...inputs(CHOICES)]}
          problem={problem("click")}
          onChange={(value) => change("click", value)}
        />
      )}
    </fieldset>
  );
}
