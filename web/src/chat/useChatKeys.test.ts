import { expect, test } from "vitest";
import { isUndo } from "./useChatKeys";

const press = (key: string, ...held: ("ctrlKey" | "metaKey" | "shiftKey" | "altKey")[]) =>
  isUndo({
    key,
    ctrlKey: held.includes("ctrlKey"),
    metaKey: held.includes("metaKey"),
    shiftKey: held.includes("shiftKey"),
    altKey: held.includes("altKey"),
  });

test("undo is Ctrl-Z or Cmd-Z alone", () => {
  expect([press("z", "ctrlKey"), press("Z", "metaKey")]).toEqual([true, true]);
  expect([
    press("z"),
    press("z", "ctrlKey", "shiftKey"),
    press("z", "ctrlKey", "altKey"),
    press("z", "ctrlKey", "metaKey"),
    press("y", "ctrlKey"),
  ]).toEqual([false, false, false, false, false]);
});
