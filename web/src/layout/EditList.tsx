import { ViewGlyph } from "../dashboard/ViewGlyph";
import { Icon } from "../shell/Icon";
import type { DashboardFile } from "./file";
import type { Rows } from "./grid";
import { reorder } from "./moves";
import type { Hands } from "./Studio";
import { titleOf } from "./words";

interface EditListProps {
  rows: Rows;
  file: DashboardFile;
  chosen: string | null;
  hands: Hands;
}

/** The views in reading order, moved up and down: what a small screen has of the grid. */
export function EditList({ rows, file, chosen, hands }: EditListProps) {
  const views = rows.flatMap((row) => row.items.map((item) => item.view));
  if (views.length === 0)
    return <p className="edit-empty quiet">Nothing is on the page yet. Add a view to begin.</p>;
  return (
    <ol className="edit-list">
      {views.map((view, n) => {
        const title = titleOf(file, view);
        return (
          <li key={view} data-edit={view} data-chosen={view === chosen}>
            <button type="button" className="edit-item" onClick={() => hands.choose(view)}>
              <ViewGlyph type={file.views[view]?.type ?? "text"} />
              <span dir="auto">{title}</span>
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`Move ${title} up`}
              disabled={n === 0}
              onClick={() => hands.arrange(reorder(rows, view, -1), view)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`Move ${title} down`}
              disabled={n === views.length - 1}
              onClick={() => hands.arrange(reorder(rows, view, 1), view)}
            >
              <Icon name="arrowDown" />
            </button>
          </li>
        );
      })}
    </ol>
  );
}
