import { expect, test } from "vitest";
import { find, relevance } from "./search";

const hits = (query: string, text: string) => relevance(query, [{ text, weight: 1 }]);

test.each([
  ["departures", "NYC departures, 2013"],
  ["dep", "NYC departures"],
  ["nyc dep", "NYC departures"],
  ["dep nyc", "NYC departures"],
  ["parture", "NYC departures"],
  ["departrues", "NYC departures"],
  ["depatures", "NYC departures"],
  ["depparture", "NYC departures"],
  ["cafe", "Café umsätze"],
  ["UMSATZE", "Café umsätze"],
  ["rvn", "Revenue is not rvenue"],
  ["flgts", "flights"],
  ["売上", "月次 売上"],
])("%s finds %s", (query, text) => expect(hits(query, text)).toBeGreaterThan(0));

test.each([
  ["weather", "NYC departures"],
  ["nyc weather", "NYC departures"],
  ["xyz", "NYC departures"],
  ["fligh", "a light theme"],
  ["det", "a very dotted line of text"],
])("%s does not find %s", (query, text) => expect(hits(query, text)).toBeNull());

test("nothing asked finds everything, and signs alone are nothing", () => {
  expect(hits("", "x")).toBe(0);
  expect(hits(" – ", "x")).toBe(0);
  expect(find(["b", "a"], "  ", (text) => [{ text, weight: 1 }])).toEqual(["b", "a"]);
});

test("the closer find and the weightier field come first", () => {
  const items = [
    { title: "Weather", text: "and delays" },
    { title: "Late flights", text: "delayed departures" },
    { title: "Delay", text: "" },
    { title: "Delays by hour", text: "" },
  ];
  const found = find(items, "delay", (one) => [
    { text: one.title, weight: 3 },
    { text: one.text, weight: 1 },
  ]);
  expect(found.map((one) => one.title)).toEqual(["Delay", "Delays by hour", "Weather", "Late flights"]);
});

test("a word may be found in one field and the next in another", () => {
  expect(
    relevance("ada sales", [
      { text: "Sales", weight: 1 },
      { text: "Ada", weight: 1 },
    ]),
  ).toBe(2);
  expect(relevance("ada", [{ text: null, weight: 1 }])).toBeNull();
});
