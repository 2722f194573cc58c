import { expect, test } from "vitest";
import { csv } from "./csv";

const text = (key: string, label = key) => ({ key, label, numeric: false });

test("quotes what needs it and leaves what is missing empty", () => {
  const data = { a: ['say "no"', "x,y", null, " lead", "two\nlines"], b: [1, -2, 3.5, null, 0] };
  expect(csv(data, [text("a", "A, B"), { key: "b", label: "N", numeric: true }])).toBe(
    '"A, B",N\r\n"say ""no""",1\r\n"x,y",-2\r\n,3.5\r\n" lead",\r\n"two\nlines",0\r\n',
  );
});

test("lets no text run as a formula, and no number become text", () => {
  expect(csv({ a: ["=1+1", "@x", "-3"] }, [text("a", "+a")])).toBe("'+a\r\n'=1+1\r\n'@x\r\n'-3\r\n");
  expect(csv({ a: ["-3.10"] }, [{ key: "a", label: "a", numeric: true }])).toBe("a\r\n-3.10\r\n");
});

test("writes nested values as JSON and columns without rows as nothing", () => {
  expect(csv({ a: [[1, 2]] }, [text("a")])).toBe('a\r\n"[1,2]"\r\n');
  expect(csv({ a: [] }, [text("a")])).toBe("a\r\n");
});
