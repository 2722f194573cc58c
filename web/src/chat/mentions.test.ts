import { expect, test } from "vitest";
import { matching, takeMention, typingAt, without } from "./mentions";

const views = [
  { name: "trend", title: "Average delay", type: "line" },
  { name: "by_carrier", title: "Delay by carrier", type: "bar" },
  { name: "total-flights", title: "Flights", type: "metric" },
];
const names = (part: string) => matching(views, part).map((view) => view.name);

test("a mention is typed at an @ that starts a word", () => {
  expect(typingAt("@", 1)).toEqual({ part: "", from: 0, to: 1 });
  expect(typingAt("and @tre by week", 8)).toEqual({ part: "tre", from: 4, to: 8 });
  expect(typingAt("and @tre by week", 6)).toEqual({ part: "t", from: 4, to: 6 });
  for (const [text, caret] of [
    ["me@example.com", 10],
    ["@trend by", 9],
    ["trend", 5],
    ["", 0],
    ["@trend", 0],
  ] as const)
    expect(typingAt(text, caret)).toBeNull();
});

test("views are found by name and title, the beginnings first", () => {
  expect(names("")).toEqual(["trend", "by_carrier", "total-flights"]);
  expect(names("DEL")).toEqual(["by_carrier", "trend"]);
  expect(names("carrier")).toEqual(["by_carrier"]);
  expect(names("lights")).toEqual(["total-flights"]);
  expect(names("nothing")).toEqual([]);
});

test("a chosen mention leaves the text", () => {
  expect(without("and @tre, by week", { from: 4, to: 8 })).toEqual(["and by week", 4]);
  expect(without("@t", { from: 0, to: 2 })).toEqual(["", 0]);
});

test("a mention that was only typed counts as well", () => {
  expect(takeMention("@trend, by week", views)).toEqual({ text: "by week", view: "trend" });
  expect(takeMention("show @by_carrier as a table", views)).toEqual({
    text: "show as a table",
    view: "by_carrier",
  });
  expect(takeMention("(@total-flights) per day", views).view).toBe("total-flights");
  for (const text of ["mail me@trend", "@trends by week", "@ trend", "plain"])
    expect(takeMention(text, views)).toEqual({ text, view: null });
});
