import { expect, test } from "vitest";
import { sentence } from "./sentence";

test("a message reads as a sentence; a name at its start keeps its letters", () => {
  expect(sentence("export the sheet as CSV")).toBe("Export the sheet as CSV.");
  expect(sentence("Done.")).toBe("Done.");
  expect(sentence("Is it ready?")).toBe("Is it ready?");
  expect(sentence("ai_access is one of a, b")).toBe("ai_access is one of a, b.");
  expect(sentence("  ")).toBe("");
});
