import { expect, test } from "vitest";
import type { DashboardEntry } from "../api/types";
import { arrange, readListing, withListing } from "./listing";

const entry = (title: string, owner: string | null, updated_at: string, more: Partial<DashboardEntry> = {}) =>
  ({
    slug: title.toLowerCase().replaceAll(" ", "-"),
    title,
    description: null,
    revision: 1,
    view_types: [],
    owner,
    draft: false,
    updated_at,
    ...more,
  }) as DashboardEntry;

const entries = [
  entry("Sales 10", "Grace", "2026-03-01T00:00:00Z"),
  entry("sales 9", null, "2026-03-03T00:00:00Z", { description: "by Ada's region" }),
  entry("Weather", "ada", "2026-03-02T00:00:00Z"),
];
const titles = (query: string, sort: "updated" | "title" | "owner" | null) =>
  arrange(entries, { query, sort }).map((one) => one.title);

test("the newest first, or by title as people count, or by owner with the ownerless last", () => {
  expect(titles("", null)).toEqual(["sales 9", "Weather", "Sales 10"]);
  expect(titles("", "title")).toEqual(["sales 9", "Sales 10", "Weather"]);
  expect(titles("", "owner")).toEqual(["Weather", "Sales 10", "sales 9"]);
});

test("a search orders by what fits best, unless an order was chosen", () => {
  expect(titles("ada", null)).toEqual(["Weather", "sales 9"]);
  expect(titles("ada", "updated")).toEqual(["sales 9", "Weather"]);
  expect(titles("nothing", null)).toEqual([]);
});

test("arranging leaves the answer as it came", () => {
  const given = Object.freeze([...entries]);
  expect(arrange(given, { query: "", sort: "title" })).toHaveLength(3);
});

test("a listing lives in the address", () => {
  const url = new URL("http://h/dashboards?x=1&sort=owner");
  expect(readListing(url.searchParams)).toEqual({ query: "", sort: "owner" });
  expect(readListing(new URLSearchParams("sort=constructor"))).toEqual({ query: "", sort: null });
  expect(withListing(url, { query: "a&b", sort: null })).toBe("/dashboards?x=1&q=a%26b");
  expect(withListing(new URL("http://h/?q=a"), { query: "", sort: null })).toBe("/");
});
