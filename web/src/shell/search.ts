/** A text to search in; `weight` says how much a find in it counts. */
export interface Field {
  text: string | null | undefined;
  weight: number;
}

const TYPO_FROM = 4;
const APART_FROM = 3;

/** Lower case, without accents. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

/**
 * How well the fields answer a query: each of its words must be found in one of them, whole, as a beginning, inside a
 * word, with one slip, or letter by letter. Null where a word is missing; 0 for a query without words.
 */
export function relevance(query: string, fields: readonly Field[]): number | null {
  let total = 0;
  const texts = fields.map(({ text, weight }) => ({ words: split(text ?? ""), weight }));
  for (const word of split(query)) {
    let best = 0;
    for (const { words, weight } of texts)
      for (const other of words) best = Math.max(best, likeness(word, other) * weight);
    if (best === 0) return null;
    total += best;
  }
  return total;
}

/** The items that answer the query, best first; those alike keep their order. */
export function find<T>(items: readonly T[], query: string, fields: (item: T) => readonly Field[]): T[] {
  if (split(query).length === 0) return [...items];
  const scored = items.map((item, at) => ({ item, at, score: relevance(query, fields(item)) }));
  return scored
    .filter((one) => one.score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.at - b.at)
    .map((one) => one.item);
}

function split(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** 1 for the same word, less for a looser likeness, 0 for none. */
function likeness(word: string, other: string): number {
  if (word === other) return 1;
  if (other.startsWith(word)) return 0.9;
  if (other.includes(word)) return 0.7;
  if (word.length >= TYPO_FROM && oneSlip(word, other)) return 0.5;
  return word.length >= APART_FROM && inOrder(word, other) ? 0.25 : 0;
}

/**
 * Whether `other`, or its beginning, is `word` but for one letter changed, missing, added or swapped with the next. The
 * first letter is seldom the slip, and a word beginning otherwise seldom the one that is meant.
 */
function oneSlip(word: string, other: string): boolean {
  if (word[0] !== other[0]) return false;
  let at = 1;
  while (at < word.length && word[at] === other[at]) at++;
  const rest = word.slice(at);
  const left = other.slice(at);
  const swapped = rest.length > 1 && left.startsWith(`${rest[1]}${rest[0]}${rest.slice(2)}`);
  return (
    swapped ||
    left.slice(1).startsWith(rest) ||
    left.startsWith(rest.slice(1)) ||
    left.slice(1).startsWith(rest.slice(1))
  );
}

/** Whether the letters stand in `other` in their order, from its first on and close together. */
function inOrder(word: string, other: string): boolean {
  if (word[0] !== other[0]) return false;
  let at = 0;
  for (const letter of word) {
    at = other.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return at <= word.length * 2 + 1;
}
