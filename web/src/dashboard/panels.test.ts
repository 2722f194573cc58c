import { expect, test } from "vitest";
import { panelPath, readPanel } from "./panels";

const at = (query: string) => new URL(`http://localhost/d/a?${query}`);

test("only known panels are read", () => {
  for (const name of ["yaml", "history", "edit"]) expect(readPanel(at(`panel=${name}`))).toBe(name);
  expect(readPanel(at("panel=x"))).toBeNull();
  expect(readPanel(at(""))).toBeNull();
});

test("the inputs stay when a panel opens and closes", () => {
  expect(panelPath("a b", "history", at("input.x=1&input.x=2&panel=yaml&view=v"))).toBe(
    "/d/a%20b?input.x=1&input.x=2&panel=history",
  );
  expect(panelPath("a", null, at("panel=yaml"))).toBe("/d/a");
});
