import { expect, test } from "vitest";
import { quoted } from "./quoted";

test("a quoted text is isolated, and cannot end its isolation or go on beyond it", () => {
  expect(quoted("Sales")).toBe("“\u2068Sales\u2069”");
  expect(quoted("invoice\u202egnp.exe")).toBe("“\u2068invoicegnp.exe\u2069”");
  expect(quoted("\u2069\u2066a\u202c")).toBe("“\u2068a\u2069”");
  expect(quoted("שלום\u200f")).toBe("“\u2068שלום\u200f\u2069”");
});
