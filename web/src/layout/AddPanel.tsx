import { useState } from "react";
import { ViewGlyph } from "../dashboard/ViewGlyph";
import { Icon } from "../shell/Icon";
import { guessProps } from "./columns";
import { SelectField } from "./Field";
import { VIEW_TYPES, type ViewType } from "./types";
import type { Editing } from "./useEditing";
import { TYPE_WORDS } from "./ViewPanel";
import { addView, placeView } from "./views";
import { titleOf } from "./words";

interface AddPanelProps {
  editing: Editing;
  onAdded: (view: string) => void;
  onClose: () => void;
}

/** What can be added: a view of any type on one of the file's queries, or one that is not on the page yet. */
export function AddPanel({ editing, onAdded, onClose }: AddPanelProps) {
  const { file, edit, columns } = editing;
  const queries = Object.keys(file.queries);
  const [query, setQuery] = useState(queries[0] ?? "");
  const placed = new Set(file.rows.flatMap((row) => row.items.map((item) => item.view)));
  const away = Object.keys(file.views).filter((name) => !placed.has(name));

  const add = (type: ViewType) => {
    let made = "";
    edit((text) => {
      const of = type === "text" ? null : query;
      const added = addView(text, {
        type,
        title: `New ${TYPE_WORDS[type].toLowerCase()}`,
        query: of,
        ...(of === null ? { props: {} } : guessProps(type, columns(of))),
      });
      made = added.view;
      return added.text;
    });
    onAdded(made);
  };
  return (
    <aside className="edit-panel" aria-label="Add a view">
      <div className="edit-panel-head">
        <h2>Add a view</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {queries.length > 0 ? (
        <SelectField
          label="Of the query"
          value={query}
          options={queries.map((one) => [one, one])}
          hint={columns(query)
            .map((one) => one.name)
            .join(", ")}
          onChange={setQuery}
        />
      ) : (
        <p className="quiet">
          The file has no query yet: ask a question, or write one as YAML. A text needs none.
        </p>
      )}
      <ul className="edit-gallery">
        {VIEW_TYPES.filter((type) => type === "text" || queries.length > 0).map((type) => (
          <li key={type}>
            <button type="button" className="button" data-type={type} onClick={() => add(type)}>
              <ViewGlyph type={type} />
              {TYPE_WORDS[type]}
            </button>
          </li>
        ))}
      </ul>
      {away.length > 0 && (
        <section className="edit-away">
          <h3>In the file, not on the page</h3>
          <ul>
            {away.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  className="text-button"
                  onClick={() => {
                    edit((text) => placeView(text, name));
                    onAdded(name);
                  }}
                >
                  <Icon name="plus" /> {titleOf(file, name)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}
