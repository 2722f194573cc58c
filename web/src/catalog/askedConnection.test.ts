import { expect, test } from "vitest";
import { askedConnection } from "./askedConnection";

test("a question is about the connection that was written, remembered or comes first", () => {
  const names = ["flights", "uploads"];
  expect(askedConnection(names, "uploads", "flights")).toBe("uploads");
  expect(askedConnection(names, null, "uploads")).toBe("uploads");
  expect(askedConnection(names, "gone", "gone too")).toBe("flights");
});

test("where there is one, nothing is to be chosen", () => {
  expect(askedConnection(["flights"], "flights", null)).toBeNull();
  expect(askedConnection([], "flights", null)).toBeNull();
});
