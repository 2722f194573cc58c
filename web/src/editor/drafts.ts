/** What someone wrote and has not saved, kept by this tab. */

export interface Draft {
  /** The revision it was begun from, and that revision's text. */
  revision: number;
  base: string;
  text: string;
}

const key = (slug: string) => `dashbridge.draft.${slug}`;

export function readDraft(slug: string, storage: Storage): Draft | null {
  try {
    const raw: unknown = JSON.parse(storage.getItem(key(slug)) ?? "null");
    if (typeof raw !== "object" || raw === null) return null;
    const { revision, base, text } = raw as Record<string, unknown>;
    if (!Number.isInteger(revision) || typeof base !== "string" || typeof text !== "string") return null;
    return { revision: revision as number, base, text };
  } catch {
    return null;
  }
}

/** Keeps a draft; one that equals what it began from is forgotten. Whether it is safe: storage may be full or closed. */
export function keepDraft(slug: string, draft: Draft, storage: Storage): boolean {
  try {
    if (draft.text === draft.base) storage.removeItem(key(slug));
    else storage.setItem(key(slug), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(slug: string, storage: Storage): void {
  try {
    storage.removeItem(key(slug));
  } catch {
    // a storage that cannot be reached keeps nothing either
  }
}

/** The text as an editor holds it: lines ended by \n. */
export function toEditor(file: string): string {
  return file.replace(/\r\n?/g, "\n");
}

/** An editor's text as a file, its lines ended as those of the file it was made from. */
export function toFile(text: string, like: string): string {
  return like.includes("\r\n") && !/[^\r]\n/.test(like) ? text.replaceAll("\n", "\r\n") : text;
}
