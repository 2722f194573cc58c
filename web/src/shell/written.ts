/** The question that was typed and not asked: it outlives a reload and a session's end, but not its author's stay. */
const KEY = "dashbridge.written";

interface Kept {
  author: string;
  text: string;
}

const NOTHING: Kept = { author: "", text: "" };

function read(): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    return typeof kept?.text === "string" ? kept : NOTHING;
  } catch {
    return NOTHING;
  }
}

function write(kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing loses it with the page.
  }
}

export function keepWritten(text: string): void {
  write({ author: read().author, text });
}

export function readWritten(): string {
  return read().text;
}

/** Says who writes from now on; what another wrote is forgotten. */
export function writtenBy(author: string): void {
  if (read().author !== author) write({ author, text: "" });
}

export function forgetWritten(): void {
  write(NOTHING);
}
