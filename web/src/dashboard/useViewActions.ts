import { type RefObject, useState } from "react";
import type { Insight, ViewSpec } from "../api/types";
import { csv } from "../format/csv";
import { copyText, fileName, saveFile } from "../format/save";
import { go, here } from "../shell/location";
import { to } from "../shell/routes";
import type { Picture } from "../views/picture";
import { everyColumn } from "../views/table";
import type { MenuItem } from "./ViewMenu";

export type Opened = "sql" | "data" | "full";

interface Subject {
  name: string;
  title: string;
  view: ViewSpec;
  /** What it draws, as the server calls it. */
  part: string | null;
  insight: Insight | null;
  /** The saved dashboard; null for one that is only looked at before it is saved. */
  slug: string | null;
  picture: RefObject<Picture | null>;
  /** The address names this view. */
  pointed: boolean;
}

const DRAWN = new Set(["line", "bar", "area", "scatter", "pie", "heatmap"]);
const SAID_MS = 4_000;

/** What can be done with a view now: the entries of its menu, which dialog is open, and what the last of them said. */
export function useViewActions(subject: Subject) {
  const [opened, setOpened] = useState<Opened | null>(subject.pointed && isFull(here()) ? "full" : null);
  const [said, setSaid] = useState<string | null>(null);
  const attempt = (doing: Promise<string | null>) =>
    void doing
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((words) => {
        setSaid(words);
        setTimeout(() => setSaid((now) => (now === words ? null : now)), SAID_MS);
      });
  const open = (what: Opened | null) => {
    if (what === "full" || opened === "full") tellAddress(subject, what === "full");
    setOpened(what);
  };
  const items = [...looking(subject, open), ...taking(subject, attempt), ...leading(subject, attempt)].filter(
    (item) => item !== null,
  );
  return { items, opened, close: () => open(null), said };
}

function isFull({ searchParams }: URL): boolean {
  return searchParams.get("screen") === "full";
}

/** A dashboard's own page says in its address which view fills the screen; beside a conversation nothing does. */
function tellAddress({ name, slug }: Subject, full: boolean): void {
  const url = here();
  if (slug === null || url.pathname !== to.dashboard(slug)) return;
  for (const [key, value] of Object.entries({ view: name, screen: "full" }))
    if (full) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  go(url.pathname + url.search, "replace");
}

type Attempt = (doing: Promise<string | null>) => void;

function looking({ part, insight, slug }: Subject, open: (what: Opened) => void): (MenuItem | null)[] {
  return [
    insight && { label: "Full screen", icon: "expand", run: () => open("full") },
    insight && { label: "Show data", icon: "table", run: () => open("data") },
    slug !== null && part !== null ? { label: "Show SQL", icon: "code", run: () => open("sql") } : null,
  ];
}

function taking({ title, view, insight, picture }: Subject, attempt: Attempt): (MenuItem | null)[] {
  if (!insight) return [];
  const text = () => csv(insight.data, everyColumn(view, insight));
  const save = async () => {
    saveFile(new Blob([text()], { type: "text/csv;charset=utf-8" }), fileName(title, "csv"));
    return null;
  };
  const draw = async (kind: "png" | "svg") => {
    if (!picture.current) throw new Error("The chart is not drawn yet.");
    saveFile(await picture.current(kind, title), fileName(title, kind));
    return null;
  };
  const drawn = DRAWN.has(view.type);
  return [
    {
      label: "Copy as CSV",
      icon: "copy",
      apart: true,
      run: () => attempt(copyText(text()).then(() => "Copied as CSV")),
    },
    { label: "Download CSV", icon: "download", run: () => attempt(save()) },
    drawn ? { label: "Download PNG", icon: "image", run: () => attempt(draw("png")) } : null,
    drawn ? { label: "Download SVG", icon: "image", run: () => attempt(draw("svg")) } : null,
  ];
}

function leading({ name, slug }: Subject, attempt: Attempt): (MenuItem | null)[] {
  if (slug === null) return [];
  const link = () => {
    const url = new URL(`/d/${encodeURIComponent(slug)}`, window.location.href);
    for (const [key, value] of new URL(window.location.href).searchParams)
      if (key.startsWith("input.")) url.searchParams.append(key, value);
    url.searchParams.set("view", name);
    return copyText(url.href).then(() => "Link copied");
  };
  const ask = `/?${new URLSearchParams({ dashboard: slug, view: name })}`;
  return [
    { label: "Ask about this", icon: "chat", apart: true, run: () => go(ask) },
    { label: "Copy link", icon: "link", run: () => attempt(link()) },
  ];
}
