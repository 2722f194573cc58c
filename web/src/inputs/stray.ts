import type { Option } from "./params";

export interface Listed extends Option {
  /** Chosen, though it is not among the options (any more). */
  stray?: boolean;
}

/** The options, and before them what is chosen but not offered: it is seen, and can be taken away. */
export function withStray(options: Option[], selection: "all" | string[], known: boolean): Listed[] {
  if (selection === "all" || !known) return options;
  const offered = new Set(options.map((option) => option.value));
  const stray = selection.filter((value) => !offered.has(value));
  return [...stray.map((value) => ({ value, label: value, stray: true })), ...options];
}
