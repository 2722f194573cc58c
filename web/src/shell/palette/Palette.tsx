import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { count } from "../../format/text";
import { Icon, type IconName } from "../Icon";
import { go } from "../location";
import { useMay } from "../me";
import { to } from "../routes";
import { type Entry, type Group, matching, step } from "./entries";
import { useEntries } from "./useEntries";

interface PaletteProps {
  open: boolean;
  onClose: () => void;
  onSignOut: () => void;
}

/** Everything by its name: a field and the list that answers it, over the page. */
export function Palette({ open, onClose, onSignOut }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find and do"
      onClose={onClose}
      // The dialog's own box is its content; a click on itself is one on what lies behind it.
      onPointerDown={(event) => event.target === dialog.current && onClose()}
    >
      {open && <Finder onClose={onClose} onSignOut={onSignOut} />}
    </dialog>
  );
}

function Finder({ onClose, onSignOut }: Omit<PaletteProps, "open">) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const ask = useMay("chat");
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const groups = withQuestion(matching(useEntries(true, onSignOut), query), query, ask);
  const entries = groups.flatMap((group) => group.entries);
  const chosen = Math.min(at, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector(`[data-at="${chosen}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      run(entries[chosen]);
    }
    const next = step(chosen, event.key, entries.length);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
  };

  return (
    <>
      <div className="palette-field">
        <Icon name="search" size={18} />
        <input
          role="combobox"
          aria-label="Find dashboards, tables and actions"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
          // biome-ignore lint/a11y/noAutofocus: a dialog that was just asked for puts the focus into its field
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
          placeholder="Find a dashboard, a table, an action"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <span className="kbd" aria-hidden="true">
          Esc
        </span>
      </div>
      <div
        className="palette-list"
        role="listbox"
        aria-label="Found"
        id={`${id}-list`}
        ref={list}
        tabIndex={-1}
      >
        {groups.map((group) => (
          <GroupPart
            key={group.name}
            id={id}
            group={group}
            from={entries.indexOf(group.entries[0] as Entry)}
            chosen={chosen}
            onPoint={setAt}
            onRun={run}
          />
        ))}
      </div>
      {entries.length === 0 && <p className="palette-none quiet">Nothing is called that.</p>}
      <p className="hidden" role="status">
        {query === "" ? "" : count(entries.length, "result")}
      </p>
    </>
  );
}

interface GroupPartProps {
  id: string;
  group: Group;
  from: number;
  chosen: number;
  onPoint: (at: number) => void;
  onRun: (entry: Entry) => void;
}

const SIGNS: Record<string, IconName> = {
  Dashboards: "chart",
  Tables: "table",
  Connections: "database",
  Ask: "chat",
};

function GroupPart({ id, group, from, chosen, onPoint, onRun }: GroupPartProps) {
  return (
    <div role="group" aria-label={group.name}>
      <p className="palette-group" aria-hidden="true">
        {group.name}
      </p>
      {group.entries.map((entry, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
        <div
          key={entry.id}
          id={`${id}-${from + index}`}
          role="option"
          tabIndex={-1}
          aria-selected={from + index === chosen}
          data-at={from + index}
          className="palette-entry"
          onPointerMove={() => from + index !== chosen && onPoint(from + index)}
          onClick={() => onRun(entry)}
        >
          <Icon name={SIGNS[group.name] ?? "chevron"} />
          <span className="palette-title" dir="auto">
            {entry.title}
          </span>
          {entry.note && (
            <span className="palette-note" dir="auto">
              {entry.note}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

/** What was typed may also be asked. */
function withQuestion(groups: Group[], query: string, may: boolean): Group[] {
  const question = query.trim();
  if (!may || question.length < 3) return groups;
  const entry = { id: "ask", group: "Ask", title: question, run: () => go(to.ask(question)) };
  return [...groups, { name: "Ask", entries: [entry] }];
}
