import type { KeyboardEvent } from "react";
import type { Direction } from "./moves";
import type { Hands } from "./Studio";

const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What the keys do to the card that has the focus, as the pointer would. */
export function onCardKey(event: KeyboardEvent, view: string, hands: Hands): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) {
    const columns = arrow === "left" ? -1 : arrow === "right" ? 1 : 0;
    hands.stretch(view, columns, arrow === "down" ? 1 : arrow === "up" ? -1 : 0);
  } else if (arrow) hands.move(view, arrow);
  else if (event.key === "Enter" || event.key === " ") hands.choose(view);
  else if (event.key === "Delete" || event.key === "Backspace") hands.remove(view);
  else return;
  event.preventDefault();
}
