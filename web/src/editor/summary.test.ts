import { describe, expect, it } from "vitest";
import { summarise } from "./summary";

const FILE = `version: 1
title: Departures
inputs:
  period: {type: date_range}
queries:
  q: {sql: SELECT 1}
insights:
  by_month: {query: q, props: {x: month, y: avg(delay)}}
views:
  trend: {type: line, title: Delay, insight: by_month}
  count: {type: metric, insight: by_month}
layout:
  rows:
    - {height: md, items: [{view: trend, span: 6}, {view: count, span: 6}]}
`;
const edited = (from: string | RegExp, to: string) => summarise(FILE, FILE.replace(from, to));

describe("summarise", () => {
  it("says what was changed in a view, an insight, a query", () => {
    expect(edited("title: Delay", "title: Mean delay")).toEqual(["view trend: title changed"]);
    expect(edited("title: Delay", "title: Mean, unit: min, brush: period")).toEqual([
      "view trend: title changed; unit, brush added",
    ]);
    expect(edited("y: avg(delay)", "y: max(delay), color: carrier")).toEqual([
      "insight by_month: props.y changed; props.color added",
    ]);
    expect(edited("SELECT 1", "SELECT 2")).toEqual(["query q: sql changed"]);
  });

  it("says what came, went and got another name", () => {
    expect(
      edited("  period: {type: date_range}", "  period: {type: date_range}\n  carrier: {type: text}"),
    ).toEqual(["input carrier added"]);
    expect(edited("inputs:\n  period: {type: date_range}\n", "")).toEqual(["input period removed"]);
    expect(edited("  period:", "  span:")).toEqual(["input period renamed span"]);
  });

  it("quotes short texts at the top", () => {
    expect(edited("Departures", "Arrivals")).toEqual([
      "title changed from “\u2068Departures\u2069” to “\u2068Arrivals\u2069”",
    ]);
    expect(edited("version: 1\n", "version: 1\ntheme: blue\n")).toEqual(["theme added"]);
  });

  it("tells the layout by its views", () => {
    expect(edited("view: trend, span: 6", "view: trend, span: 8")).toEqual([
      "layout: trend wider, 8 of 12 columns",
    ]);
    expect(
      edited(
        "{view: trend, span: 6}, {view: count, span: 6}",
        "{view: count, span: 6}, {view: trend, span: 6}",
      ),
    ).toEqual(["layout: views in another order"]);
    expect(edited(", {view: count, span: 6}", "")).toEqual(["layout: count taken off the page"]);
    expect(edited("height: md", "height: lg")).toEqual([
      "layout: the row of trend is lg",
      "layout: the row of count is lg",
    ]);
  });

  it("says so where nothing is meant differently, and where a file cannot be read", () => {
    expect(summarise(FILE, FILE)).toEqual(["Nothing changed"]);
    expect(edited("version: 1", "# a note\nversion: 1")).toEqual([
      "Only comments or the way it is written changed",
    ]);
    expect(edited("title: Departures", "title: [")).toEqual([
      "One of the two cannot be read as a dashboard file",
    ]);
    expect(summarise(FILE, "- 1")).toEqual(["One of the two cannot be read as a dashboard file"]);
  });

  it("takes names that objects have of themselves for what they are", () => {
    expect(edited("  count:", "  constructor:")).toEqual(
      expect.arrayContaining(["view count renamed constructor"]),
    );
  });
});
