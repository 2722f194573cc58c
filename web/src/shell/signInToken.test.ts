import { expect, test } from "vitest";
import { tokenIn } from "./signInToken";

test("a token is found in whatever was pasted", () => {
  expect(tokenIn("dbk_abc")).toBe("dbk_abc");
  expect(tokenIn("  'dbk_abc'\n")).toBe("dbk_abc");
  expect(tokenIn("http://127.0.0.1:8000/#sign-in=dbi_a%2Bb")).toBe("dbi_a+b");
  expect(tokenIn("Open http://h/d/x?a=1#sign-in=dbi_x and go")).toBe("dbi_x");
  expect(tokenIn("#sign-in=%E0%A4%A")).toBe("%E0%A4%A");
  expect(tokenIn("")).toBe("");
});
