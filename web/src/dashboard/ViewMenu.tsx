import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon, type IconName } from "../shell/Icon";

export interface MenuItem {
  label: string;
  icon: IconName;
  run: () => void;
  /** Starts a new group. */
  apart?: boolean;
}

interface ViewMenuProps {
  label: string;
  items: readonly MenuItem[];
}

/** What can be done with a view: a menu button, as the ARIA pattern has it. */
export function ViewMenu({ label, items }: ViewMenuProps) {
  const [open, setOpen] = useState<"first" | "last" | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useClosed(place, open !== null, () => setOpen(null));

  const close = (refocus: boolean) => {
    setOpen(null);
    if (refocus) button.current?.focus();
  };
  const onButtonKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpen(event.key === "ArrowDown" ? "first" : "last");
  };
  return (
    <div className="view-menu" ref={place} data-open={open !== null}>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open !== null}
        aria-controls={open === null ? undefined : id}
        onClick={() => setOpen((now) => (now === null ? "first" : null))}
        onKeyDown={onButtonKey}
      >
        <Icon name="more" size={18} />
      </button>
      {open !== null && <Items {...{ id, label, items, close }} from={open} />}
    </div>
  );
}

interface ItemsProps extends ViewMenuProps {
  id: string;
  from: "first" | "last";
  close: (refocus: boolean) => void;
}

function Items({ id, label, items, from, close }: ItemsProps) {
  const list = useRef<HTMLDivElement>(null);
  const all = () => Array.from(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves in once, when the menu opens
  useEffect(
    () =>
      all()
        .at(from === "first" ? 0 : -1)
        ?.focus(),
    [],
  );

  const onKey = (event: KeyboardEvent) => {
    const entries = all();
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const next = nextEntry(event.key, at, items);
    if (event.key === "Tab") return close(false);
    if (event.key === "Escape") close(true);
    else if (next !== null) entries[next]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="view-menu-list" role="menu" id={id} aria-label={label} ref={list} onKeyDown={onKey}>
      {items.map(({ label: text, icon, run, apart }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          tabIndex={-1}
          data-apart={apart}
          onClick={() => {
            close(true);
            run();
          }}
        >
          <Icon name={icon} /> {text}
        </button>
      ))}
    </div>
  );
}

/** The entry that a key leads to; null for a key that leads to none. */
export function nextEntry(key: string, at: number, items: readonly { label: string }[]): number | null {
  const many = items.length;
  if (key === "ArrowDown") return (at + 1) % many;
  if (key === "ArrowUp") return (at - 1 + many) % many;
  if (key === "Home") return 0;
  if (key === "End") return many - 1;
  if (key.length !== 1 || key === " ") return null;
  for (let step = 1; step <= many; step++) {
    const place = (at + step) % many;
    if (items[place]?.label.toLowerCase().startsWith(key.toLowerCase())) return place;
  }
  return null;
}

function useClosed(place: { current: HTMLElement | null }, open: boolean, close: () => void) {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) latest.current();
    };
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("focusin", outside);
    };
  }, [open, place]);
}
