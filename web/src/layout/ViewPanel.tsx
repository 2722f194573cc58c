import { useEffect, useRef } from "react";
import { Icon } from "../shell/Icon";
import { DataFields } from "./DataFields";
import { SelectField, TextField } from "./Field";
import { setValue } from "./file";
import { findingAt, strayFindings } from "./findings";
import { LookFields } from "./LookFields";
import { SizeFields } from "./SizeFields";
import type { Hands } from "./Studio";
import { isViewType, knows, VIEW_TYPES, type ViewType } from "./types";
import type { Editing } from "./useEditing";
import { duplicate, setType } from "./views";
import { titleOf } from "./words";

interface ViewPanelProps {
  editing: Editing;
  name: string;
  hands: Hands;
  onChoose: (view: string) => void;
  onClose: () => void;
}

/** The settings of one view. What is typed is in the file at once, and drawn a moment later. */
export function ViewPanel({ editing, name, hands, onChoose, onClose }: ViewPanelProps) {
  const { file, edit, check, columns } = editing;
  const view = file.views[name];
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (window.matchMedia("(max-width: 1100px)").matches) panel.current?.scrollIntoView({ block: "nearest" });
  }, []);
  if (!view) return null;
  const type: ViewType = isViewType(view.type) ? view.type : "line";
  const change = (key: string, value: unknown) =>
    edit((text) => setValue(text, ["views", name, key], value === "" ? null : value), `${name}.${key}`);
  const problem = (key: string) => findingAt(check.problems, `/views/${name}/${key}`);
  const stray = strayFindings(check.problems, name, view.insight, (path) =>
    path.startsWith("/insights") ? true : knows(type, path.split("/")[3] ?? ""),
  );
  const copy = () => {
    let made = name;
    edit((text) => {
      const added = duplicate(text, name);
      made = added.view;
      return added.text;
    });
    onChoose(made);
  };
  return (
    <aside className="edit-panel" aria-label={`Settings of ${titleOf(file, name)}`} ref={panel}>
      <div className="edit-panel-head">
        <h2 dir="auto">{titleOf(file, name)}</h2>
        <button type="button" className="icon-button" aria-label="Close the settings" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {stray.map((one) => (
        <p key={one.message} className="problem">
          {[one.message, one.hint].filter(Boolean).join(". ")}
        </p>
      ))}
      <TextField
        label="Title"
        value={view.title}
        max={200}
        problem={problem("title")}
        onChange={(value) => change("title", value)}
      />
      <SelectField
        label="Type"
        value={view.type}
        options={VIEW_TYPES.map((one) => [one, TYPE_WORDS[one]])}
        problem={problem("type")}
        onChange={(value) => {
          const query = file.insights[view.insight ?? ""]?.query;
          const known = columns(query).map((one) => one.name);
          if (isViewType(value)) edit((text) => setType(text, name, value, known));
        }}
      />
      {type === "text" ? (
        <TextField
          label="Text (Markdown)"
          value={view.text}
          rows={10}
          max={20_000}
          problem={problem("text")}
          onChange={(value) => edit((text) => setValue(text, ["views", name, "text"], value), `${name}.text`)}
        />
      ) : (
        <>
          <DataFields editing={editing} name={name} view={view} type={type} change={change} />
          <LookFields editing={editing} name={name} view={view} type={type} change={change} />
        </>
      )}
      <SizeFields file={file} name={name} hands={hands} />
      <div className="edit-panel-actions">
        <button type="button" className="button" onClick={copy}>
          <Icon name="copy" /> Duplicate
        </button>
        <button type="button" className="button" onClick={() => hands.remove(name)}>
          <Icon name="trash" /> Remove
        </button>
      </div>
    </aside>
  );
}

export const TYPE_WORDS: Record<ViewType, string> = {
  metric: "Metric",
  line: "Line",
  bar: "Bars",
  area: "Area",
  scatter: "Scatter",
  pie: "Pie",
  heatmap: "Heatmap",
  table: "Table",
  text: "Text",
};
