const mac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

/** The palette's keys as they stand on this device's keyboard. */
export const SHORTCUT = mac ? "⌘K" : "Ctrl K";

/** On a Mac, Ctrl+K belongs to the text being edited. */
export function opensPalette(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey || event.isComposing) return false;
  return mac ? event.metaKey && !event.ctrlKey : event.ctrlKey || event.metaKey;
}
