import { expect, test } from "vitest";
import type { InputType, ViewSpec } from "../api/types";
import type { InputNow } from "../inputs/inputs";
import { say, withWords, wordsOf } from "./templates";

const input = (type: InputType, value: unknown): InputNow => ({
  name: "airport",
  label: "Airport",
  spec: { type },
  value,
  options: [{ value: "JFK", label: "Kennedy" }],
  known: true,
});

test("a choice is said by its labels", () => {
  const said = (value: unknown, accessor = "values") => say(input("multi_select", value), accessor);
  expect(said("all")).toBe("all");
  expect(said("none")).toBe("none");
  expect(said(["JFK"])).toBe("Kennedy");
  expect(said(["2013-02-01", "2013-02-50"])).toBe("1 Feb 2013 and 2013-02-50");
  expect(said(["AA", "UA"])).toBe("AA and UA");
  expect(said(["AA", "UA", "DL"])).toBe("AA, UA and DL");
  expect(said(["AA", "UA", "DL", "B6", "EV"])).toBe("AA, UA and 3 more");
  expect(said(["9", "10"], "max")).toBe("10");
  expect(said(["b", "a"], "min")).toBe("a");
  expect(said(["b", "a"], "last")).toBe("a");
  expect(say(input("select", "JFK"), "value")).toBe("Kennedy");
});

test("ranges are said as people write them", () => {
  const dates = (from: string | null, to: string | null, accessor = "value") =>
    say(input("date_range", { from, to }), accessor);
  expect(dates("2013-01-01", "2013-12-31")).toBe("1 Jan – 31 Dec 2013");
  expect(dates("2012-09-01", "2013-12-31")).toBe("1 Sep 2012 – 31 Dec 2013");
  expect(dates("2013-01-01", null)).toBe("since 1 Jan 2013");
  expect(dates(null, "2013-01-01")).toBe("until 1 Jan 2013");
  expect(dates("2013-01-01", "2013-01-01")).toBe("1 Jan 2013");
  expect(dates("2013-01-01", "2013-12-31", "from")).toBe("1 Jan 2013");
  expect(dates("2013-01-01", "2013-12-31", "until")).toBe("1 Jan 2014");
  expect(dates(null, null, "from")).toBe("the beginning");
  expect(say(input("date_range", "all"), "value")).toBe("all");
  expect(say(input("number_range", { min: 0, max: "1500" }), "min")).toBe("0");
  expect(say(input("number_range", { min: 0, max: "1500" }), "value")).toBe("0 – 1,500");
  expect(say(input("number_range", { min: null, max: 5 }), "value")).toBe("at most 5");
});

test("toggles and texts", () => {
  expect(say(input("toggle", true), "value")).toBe("on");
  expect(say(input("toggle", false), "value")).toBe("off");
  expect(say(input("text", ""), "value")).toBe("all");
  expect(say(input("text", "<b>"), "value")).toBe("<b>");
});

const REF = ["$", "{ref(airport).values}"].join("");

test("words go wherever the texts stand, once", () => {
  const view = {
    name: "v",
    title: `Delay, ${REF}`,
    vega_lite: { encoding: { y: { field: "props\\.y", title: `${REF} (min)` } } },
    templates: { title: ["Delay, ", { input: "airport", accessor: "values" }] },
  } as unknown as ViewSpec;
  const inputs = { airport: input("multi_select", [REF, "$&"]) };
  const filled = withWords(view, wordsOf(view, inputs));
  expect(filled.title).toBe(`Delay, ${REF} and $&`);
  expect(filled.vega_lite).toEqual({
    encoding: { y: { field: "props\\.y", title: `${REF} and $& (min)` } },
  });
  const text = { ...view, text: `**${REF}**` };
  expect(withWords(text, wordsOf(text, inputs)).text).toBe(`**${REF}**`);
  expect(withWords(view, {})).toBe(view);
});
