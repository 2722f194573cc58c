import { expect, test } from "vitest";
import { may } from "./me";

test("someone may do what the server says, whatever their role is called", () => {
  const me = { name: "Ada", role: "editor", team: "t", actions: ["view", "chat"] } as const;
  expect(may({ ...me, actions: [...me.actions] }, "chat")).toBe(true);
  expect(may({ ...me, actions: [...me.actions] }, "delete")).toBe(false);
});
