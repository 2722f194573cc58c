import { find } from "../search";

/** One thing to go to or to do. */
export interface Entry {
  id: string;
  group: string;
  title: string;
  /** What else is known of it, beside the title. */
  note?: string | undefined;
  /** Other words it is found by. */
  also?: string | undefined;
  run: () => void;
}

export interface Group {
  name: string;
  entries: Entry[];
}

const MOST = 7;
const MOST_UNASKED = 5;

/**
 * What answers the query, group by group; the group with the best answer comes first. Without a query, the first few
 * of each group in their order.
 */
export function matching(entries: readonly Entry[], query: string): Group[] {
  const asked = query.trim() !== "";
  const found = find(entries, query, ({ title, note, also }) => [
    { text: title, weight: 4 },
    { text: also, weight: 2 },
    { text: note, weight: 1 },
  ]);
  const groups = new Map<string, Entry[]>();
  for (const entry of found) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const most = asked ? MOST : MOST_UNASKED;
  return [...groups].map(([name, all]) => ({ name, entries: all.slice(0, most) }));
}

/** The place of the chosen entry after a key; it goes round at both ends. */
export function step(at: number, key: string, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "PageDown") return Math.min(count - 1, at + 5);
  return key === "PageUp" ? Math.max(0, at - 5) : null;
}
