import { expect, test } from "vitest";
import { ago, exactly } from "./ago";

const now = new Date(2026, 2, 10, 14, 30);
const before = (...parts: [number, number, number, number?, number?]) =>
  ago(new Date(parts[0], parts[1], parts[2], parts[3] ?? 12, parts[4] ?? 0).toISOString(), now);

test("how long ago, as people say it", () => {
  expect(ago(now.toISOString(), now)).toBe("just now");
  expect(before(2026, 2, 10, 14, 25)).toBe("5 min ago");
  expect(before(2026, 2, 10, 11, 30)).toBe("3 h ago");
  expect(before(2026, 2, 10, 1, 30)).toBe("13 h ago");
  expect(before(2026, 2, 9, 23)).toBe("yesterday");
  expect(before(2026, 2, 8)).toBe("2 days ago");
  expect(before(2026, 2, 1)).toBe("1 Mar");
  expect(before(2024, 2, 1)).toBe("1 Mar 2024");
  expect(ago(new Date(2026, 2, 10, 1).toISOString(), new Date(2026, 2, 10, 0, 59, 30))).toBe("just now");
});

test("a time that is none stays as it is", () => {
  expect(ago("soon", now)).toBe("soon");
  expect(exactly("soon")).toBe("soon");
});
