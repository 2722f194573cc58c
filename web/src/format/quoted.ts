/** Marks that could reorder what stands around them. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;
const [APART, AGAIN] = ["\u2068", "\u2069"];

/** A text of someone's within one of ours: in a direction of its own, and without marks that reach out of it. */
export function isolated(text: string): string {
  return APART + text.replace(REORDERING, "") + AGAIN;
}

/** The same in quotation marks. */
export function quoted(text: string): string {
  return `“${isolated(text)}”`;
}
