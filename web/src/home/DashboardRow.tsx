import { useState } from "react";
import type { DashboardEntry } from "../api/types";
import { ago, exactly } from "../shell/ago";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { go } from "../shell/location";
import { Menu } from "../shell/Menu";
import { useMay } from "../shell/me";
import { to } from "../shell/routes";
import { useDelete, useKeep } from "./actions";
import { RenameDialog } from "./RenameDialog";
import { Thumbnail } from "./Thumbnail";

export function DashboardRow({ entry }: { entry: DashboardEntry }) {
  const [renaming, setRenaming] = useState(false);
  return (
    <li className="row">
      <Thumbnail entry={entry} />
      <div className="row-main">
        <Link className="tile" href={to.dashboard(entry.slug)} dir="auto">
          {entry.title}
        </Link>
        {entry.description && (
          <p className="row-text" dir="auto">
            {entry.description}
          </p>
        )}
      </div>
      <p className="row-owner" dir="auto">
        <span className="hidden">Owner: </span>
        {entry.owner ?? "—"}
      </p>
      <p className="row-when num">
        <span className="hidden">Updated: </span>
        <time dateTime={entry.updated_at} title={exactly(entry.updated_at)}>
          {ago(entry.updated_at)}
        </time>
      </p>
      <RowMenu entry={entry} onRename={() => setRenaming(true)} />
      {renaming && <RenameDialog entry={entry} onClose={() => setRenaming(false)} />}
    </li>
  );
}

function RowMenu({ entry, onRename }: { entry: DashboardEntry; onRename: () => void }) {
  const edit = useMay("edit");
  const remove = useMay("delete");
  const deletion = useDelete();
  const keep = useKeep();
  return (
    <Menu label={`Actions for ${entry.title}`} face={<Icon name="more" size={18} />}>
      {(close) => {
        const then = (act: () => void) => () => {
          close();
          act();
        };
        return (
          <>
            <button type="button" className="menu-item" onClick={then(() => go(to.dashboard(entry.slug)))}>
              <Icon name="open" /> Open
            </button>
            {edit && entry.draft && (
              <button type="button" className="menu-item" onClick={then(() => keep.mutate(entry))}>
                <Icon name="check" /> Keep
              </button>
            )}
            {edit && (
              <button type="button" className="menu-item" onClick={then(onRename)}>
                <Icon name="pencil" /> Rename
              </button>
            )}
            {remove && (
              <button type="button" className="menu-item" onClick={then(() => deletion.mutate(entry))}>
                <Icon name="trash" /> Delete
              </button>
            )}
          </>
        );
      }}
    </Menu>
  );
}
