let busy = 0;
let waiting: (() => void)[] = [];

/** Counts `work` as drawing until it is over, well or not. */
export function counted<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  work.then(finished, finished);
  return work;
}

function finished(): void {
  busy -= 1;
  if (busy > 0) return;
  const told = waiting;
  waiting = [];
  for (const tell of told) tell();
}

/** Resolves once nothing draws, or is about to: at once where nothing does. */
export function allDrawn(): Promise<void> {
  return busy === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
}
