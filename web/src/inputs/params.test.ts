import { expect, test } from "vitest";
import {
  chosenQuery,
  readChosen,
  readOptions,
  readRange,
  readSelection,
  shownValue,
  withChosen,
  writeRange,
  writeSelection,
} from "./params";

test("choices live in the query and leave the rest of it alone", () => {
  const query = new URLSearchParams("chat=1&input.carrier=AA&input.carrier=UA&input.period=2013-01-01..");
  expect(readChosen(query)).toEqual({ carrier: ["AA", "UA"], period: ["2013-01-01.."] });
  expect(withChosen(query, "carrier", ["DL"]).toString()).toBe(
    "chat=1&input.period=2013-01-01..&input.carrier=DL",
  );
  expect(withChosen(query, "period", null).get("input.period")).toBeNull();
  expect(chosenQuery({ b: ["2"], a: ["x y", "&"] })).toBe("input.a=x+y&input.a=%26&input.b=2");
});

test("options are values or pairs", () => {
  expect(readOptions(["AA", 3, { value: "UA", label: "United" }, { value: 1, label: null }])).toEqual([
    { value: "AA", label: "AA" },
    { value: "3", label: "3" },
    { value: "UA", label: "United" },
    { value: "1", label: "1" },
  ]);
  expect(readOptions(null)).toEqual([]);
});

test("ranges and selections go round", () => {
  expect(writeRange(readRange({ from: "2013-01-01", to: null }))).toEqual(["2013-01-01.."]);
  expect(writeRange(readRange({ min: 1, max: 5 }))).toEqual(["1..5"]);
  expect(writeRange(readRange("all"))).toEqual(["all"]);
  expect(writeSelection(readSelection(["a"]))).toEqual(["a"]);
  expect(writeSelection(readSelection("none"))).toEqual(["none"]);
  expect(writeSelection(readSelection("all"))).toEqual(["all"]);
  expect(writeSelection(["all", "=none", "small"])).toEqual(["=all", "==none", "small"]);
});

test("a choice shows at once, before the server has answered", () => {
  expect(shownValue("multi_select", undefined, ["AA"])).toEqual(["AA"]);
  expect(shownValue("multi_select", ["UA", "=all"], "all")).toEqual(["UA", "all"]);
  expect(shownValue("multi_select", ["none"], "all")).toBe("none");
  expect(shownValue("select", ["==none"], "all")).toBe("=none");
  expect(shownValue("toggle", ["true"], false)).toBe(true);
  expect(shownValue("date_range", ["2013-01-01.."], "all")).toEqual({ from: "2013-01-01", to: null });
  expect(shownValue("date_range", ["last 90 days"], { from: "2013-10-03", to: null })).toEqual({
    from: "2013-10-03",
    to: null,
  });
  expect(shownValue("date_range", ["all"], { from: "2013-10-03", to: null })).toBe("all");
  expect(shownValue("number_range", ["-5", "1e3"], "all")).toEqual({ min: "-5", max: "1e3" });
  expect(shownValue("number_range", ["7"], "all")).toEqual({ min: "7", max: "7" });
  expect(shownValue("number_range", ["x..5"], "all")).toBe("all");
  expect(shownValue("text", ["DEN"], "")).toBe("DEN");
});
