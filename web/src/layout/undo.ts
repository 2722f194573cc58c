/** The texts a file has had while it was edited, and which of them is shown. */
export interface History {
  texts: readonly string[];
  at: number;
  /** What the last edit was of; the next edit of the same, made soon, replaces it. */
  mark: string | null;
}

const KEPT = 200;

export const begin = (text: string): History => ({ texts: [text], at: 0, mark: null });
export const current = (history: History): string => history.texts[history.at] ?? "";
export const canUndo = (history: History): boolean => history.at > 0;
export const canRedo = (history: History): boolean => history.at < history.texts.length - 1;

/** Adds a text; what was undone is forgotten. Edits with the same `mark` in a row (typing) are one step. */
export function push(history: History, text: string, mark: string | null = null): History {
  if (text === current(history)) return history;
  const joins = mark !== null && mark === history.mark && history.at > 0;
  const before = history.texts.slice(0, history.at + (joins ? 0 : 1));
  const texts = [...before, text].slice(-KEPT);
  return { texts, at: texts.length - 1, mark };
}

export const undo = (history: History): History => ({
  ...history,
  at: Math.max(0, history.at - 1),
  mark: null,
});
export const redo = (history: History): History => ({
  ...history,
  at: Math.min(history.texts.length - 1, history.at + 1),
  mark: null,
});
