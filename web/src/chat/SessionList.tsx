import { type FormEvent, type KeyboardEvent, useState } from "react";
import { ago, exactly } from "../shell/ago";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { to } from "../shell/routes";
import { type SessionEntry, useDeleteSession, useRenameSession, useSessions } from "./useSessions";

interface SessionListProps {
  /** At most so many; by default all. */
  limit?: number;
  current: string | null;
  onOpen: () => void;
  onNamed: (id: string, title: string) => void;
  onDeleted: (id: string) => void;
}

/** The reader's conversations: to go back to, rename or delete. */
export function SessionList({
  limit = Number.POSITIVE_INFINITY,
  current,
  onOpen,
  onNamed,
  onDeleted,
}: SessionListProps) {
  const { data, isPending, isError, error, refetch } = useSessions();
  const [renaming, setRenaming] = useState<string | null>(null);
  const rename = useRenameSession(onNamed);
  const remove = useDeleteSession(onDeleted);
  if (isPending)
    return (
      <div className="session-bones" aria-busy="true">
        <span className="bone" />
        <span className="bone" />
        <span className="bone" />
      </div>
    );
  if (isError)
    return (
      <div className="failure" role="alert">
        <p>The conversations could not be listed: {error.message}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      </div>
    );
  if (data.length === 0) return <p className="quiet session-none">No conversation yet. Ask something.</p>;
  return (
    <ul className="sessions">
      {data.slice(0, limit).map((entry) => (
        <li key={entry.session_id} aria-current={entry.session_id === current || undefined}>
          {renaming === entry.session_id ? (
            <RenameForm
              entry={entry}
              onName={(title) => {
                setRenaming(null);
                if (title !== null) rename.mutate({ id: entry.session_id, title });
              }}
            />
          ) : (
            <Entry
              entry={entry}
              onOpen={onOpen}
              onRename={() => setRenaming(entry.session_id)}
              onDelete={() => remove.mutate(entry)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

interface EntryProps {
  entry: SessionEntry;
  onOpen: () => void;
  onRename: () => void;
  onDelete: () => void;
}

function Entry({ entry, onOpen, onRename, onDelete }: EntryProps) {
  const title = entry.title ?? "";
  return (
    <>
      <Link className="session" href={to.chat(entry.session_id)} onClickCapture={onOpen}>
        <span className="session-title" dir="auto">
          {title}
        </span>
        <time className="quiet" dateTime={entry.updated_at} title={exactly(entry.updated_at)}>
          {ago(entry.updated_at)}
        </time>
      </Link>
      <button type="button" className="icon-button" aria-label={`Rename: ${title}`} onClick={onRename}>
        <Icon name="pencil" size={15} />
      </button>
      <button type="button" className="icon-button" aria-label={`Delete: ${title}`} onClick={onDelete}>
        <Icon name="trash" size={15} />
      </button>
    </>
  );
}

function RenameForm({ entry, onName }: { entry: SessionEntry; onName: (title: string | null) => void }) {
  const [title, setTitle] = useState(entry.title ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const named = title.trim();
    onName(named === "" || named === entry.title ? null : named);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onName(null);
  };
  return (
    <form className="session-form" onSubmit={submit}>
      <input
        aria-label="Title of the conversation"
        value={title}
        maxLength={200}
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: the reader asked to write here
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={onKey}
      />
      <button type="submit" className="button primary">
        Rename
      </button>
      <button type="button" className="icon-button" aria-label="Keep the title" onClick={() => onName(null)}>
        <Icon name="close" size={15} />
      </button>
    </form>
  );
}
