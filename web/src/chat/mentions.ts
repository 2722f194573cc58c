/** A view that a question can be about. */
export interface Mentionable {
  name: string;
  title: string;
  type: string;
}

/** An `@word` that is being typed: what follows the `@`, and where it stands in the text. */
export interface Typing {
  part: string;
  from: number;
  to: number;
}

const BEFORE = /[\s(,;]/;
const NAME = /^[\p{L}\p{N}_-]*$/u;
const MOST = 8;

/** The mention that the caret is in, if it is in one. */
export function typingAt(text: string, caret: number): Typing | null {
  const from = text.lastIndexOf("@", caret - 1);
  if (caret === 0 || from < 0 || (from > 0 && !BEFORE.test(text[from - 1] ?? ""))) return null;
  const part = text.slice(from + 1, caret);
  return NAME.test(part) ? { part, from, to: caret } : null;
}

/** The views that a half-written mention may mean, those that start with it first. */
export function matching(views: readonly Mentionable[], part: string): Mentionable[] {
  const wanted = part.toLowerCase();
  const rank = ({ name, title }: Mentionable) => {
    const texts = [name.toLowerCase(), title.toLowerCase()];
    if (texts.some((it) => it.startsWith(wanted))) return 0;
    if (texts.some((it) => it.split(/[\s_-]+/).some((word) => word.startsWith(wanted)))) return 1;
    return texts.some((it) => it.includes(wanted)) ? 2 : 3;
  };
  return views
    .map((view) => ({ view, rank: rank(view) }))
    .filter((it) => it.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map((it) => it.view);
}

/** The text without a mention that became a chip, and where the caret goes. */
export function without(text: string, { from, to }: Pick<Typing, "from" | "to">): [string, number] {
  const before = text.slice(0, from);
  const after = text.slice(to).replace(/^[,;:]?\s*/, "");
  return [before + after, before.length];
}

/** A question with its first `@name` of a known view taken out; null where it names none. */
export function takeMention(
  text: string,
  views: readonly Mentionable[],
): { text: string; view: string | null } {
  for (const match of text.matchAll(/(^|[\s(,;])@([\p{L}\p{N}_-]+)/gu)) {
    const view = views.find((it) => it.name === match[2]);
    if (!view) continue;
    const from = match.index + (match[1] ?? "").length;
    const [rest] = without(text, { from, to: from + view.name.length + 1 });
    return { text: rest.trim(), view: view.name };
  }
  return { text, view: null };
}
