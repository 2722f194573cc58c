export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  /** The line's number in the old text and in the new one, from 1. */
  before: number | null;
  after: number | null;
}

/** The lines of two texts side by side: the longest common run of lines stays. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const found: DiffLine[] = [];
  const same = (n: number, m: number) =>
    found.push({ kind: "same", text: a[n] ?? "", before: n + 1, after: m + 1 });
  for (let n = 0; n < head; n++) same(n, n);
  const [endA, endB] = [a.length - tail, b.length - tail];
  const lengths = common(a.slice(head, endA), b.slice(head, endB));
  let [n, m] = [head, head];
  while (n < endA || m < endB) {
    const down = lengths[n - head + 1]?.[m - head] ?? -1;
    const right = lengths[n - head]?.[m - head + 1] ?? -1;
    if (n < endA && m < endB && a[n] === b[m]) same(n++, m++);
    else if (n < endA && (m >= endB || down >= right))
      found.push({ kind: "removed", text: a[n] ?? "", before: ++n, after: null });
    else found.push({ kind: "added", text: b[m] ?? "", before: null, after: ++m });
  }
  for (let k = 0; k < tail; k++) same(endA + k, endB + k);
  return found;
}

/** Length of the longest common run of the rests that begin at n and m. */
function common(a: string[], b: string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let n = a.length - 1; n >= 0; n--)
    for (let m = b.length - 1; m >= 0; m--) {
      const row = table[n] as Uint16Array;
      const next = table[n + 1] as Uint16Array;
      row[m] = a[n] === b[m] ? (next[m + 1] ?? 0) + 1 : Math.max(next[m] ?? 0, row[m + 1] ?? 0);
    }
  return table;
}

export interface Hunk {
  /** How many unchanged lines were left out before it. */
  skipped: number;
  lines: DiffLine[];
}

/** The changed lines with `around` unchanged ones about them. */
export function hunks(lines: readonly DiffLine[], around = 2): Hunk[] {
  const near = lines.map((_, n) =>
    lines.slice(Math.max(0, n - around), n + around + 1).some((line) => line.kind !== "same"),
  );
  const found: Hunk[] = [];
  let skipped = 0;
  let open: Hunk | null = null;
  for (const [n, line] of lines.entries()) {
    if (!near[n]) {
      skipped += 1;
      open = null;
      continue;
    }
    if (!open) {
      open = { skipped, lines: [] };
      found.push(open);
      skipped = 0;
    }
    open.lines.push(line);
  }
  return found;
}

export const changes = (lines: readonly DiffLine[]): number =>
  lines.filter((line) => line.kind !== "same").length;
