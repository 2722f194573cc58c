import { expect, test } from "vitest";
import { may } from "./me";

test("a role may do what the server lets it; an unknown one nothing", () => {
  const me = (role: string) => ({ name: "Ada", role, team: "t" });
  expect(may(me("admin"), "connect")).toBe(true);
  expect(may(me("editor"), "connect")).toBe(false);
  expect(may(me("editor"), "delete")).toBe(true);
  expect(may(me("viewer"), "browse")).toBe(false);
  expect(may(me("constructor"), "edit")).toBe(false);
});
