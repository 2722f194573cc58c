import { current, type Turn } from "./transcript";

/** What a turn did to a dashboard: from the revision before it (null: there was none) to the last one it saved. */
export interface Change {
  /** The place of the turn in the conversation. */
  turn: number;
  slug: string;
  from: number | null;
  to: number;
}

export interface Revision {
  revision: number;
  yaml_sha256: string;
}

/** Where a dashboard stands among the changes of a conversation. */
export interface Standing {
  /** The newest revision; null when the dashboard is gone. */
  head: number | null;
  undo: Change | null;
  redo: Change | null;
  /** The turns whose change does not hold now. */
  undone: readonly number[];
}

export function changesOf(turns: readonly Turn[]): Change[] {
  const counted = new Set(current(turns));
  return turns.flatMap((turn, index) => {
    if (!counted.has(turn)) return [];
    const bySlug = new Map<string, Change>();
    for (const step of turn.steps) {
      if (step.kind !== "saved" || step.revision === null) continue;
      const before = bySlug.get(step.slug);
      const from = step.revision > 1 ? step.revision - 1 : null;
      bySlug.set(step.slug, {
        turn: index,
        slug: step.slug,
        from: before ? before.from : from,
        to: step.revision,
      });
    }
    return [...bySlug.values()];
  });
}

/**
 * Which change can be undone and which redone, from what the server holds now. A change is undone by bringing back the
 * file before it, which makes a new revision: so files are compared, not their numbers. Null for `revisions` says that
 * the dashboard is deleted. Where somebody else changed it since, neither is possible.
 */
export function standing(
  changes: readonly Change[],
  slug: string,
  revisions: readonly Revision[] | null,
): Standing {
  const mine = changes.filter((change) => change.slug === slug);
  const turns = (from: number) => mine.slice(from).map((change) => change.turn);
  if (revisions === null) {
    const first = mine.find((change) => change.from === null) ?? null;
    return { head: null, undo: null, redo: first, undone: turns(0) };
  }
  const files = new Map(revisions.map((it) => [it.revision, it.yaml_sha256]));
  const head = Math.max(0, ...files.keys());
  const file = files.get(head);
  const isHead = (revision: number | null) =>
    file !== undefined && revision !== null && files.get(revision) === file;
  const at = mine.findLastIndex((change) => isHead(change.to) && !isHead(change.from));
  const redo = mine.find((change, index) => index > at && isHead(change.from) && !isHead(change.to));
  const undone = at >= 0 || redo ? turns(at + 1) : [];
  return { head, undo: mine[at] ?? null, redo: redo ?? null, undone };
}
