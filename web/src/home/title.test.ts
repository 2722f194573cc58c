import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { isSlug, withTitle } from "./title";

const change = (yaml: string, title: string) => withTitle(yaml, title, parseDocument);

test.each([
  "# what we sell\nversion: 1\ntitle: Sales   # for all\n\nviews:\n  a: {title: Sales}\n",
  'version: 1\ntitle: "Sales: all"\nviews: {}\n',
  "title: >-\n  Sales of\n  all\nversion: 1\n",
  "title: |\n  Sales\nversion: 1\n",
  "version: 1\ntitle:\n  Sales\n",
])("only the title changes in %j", (yaml) => {
  for (const title of ["Umsätze", 'a "b": c # d', "- x", "yes", "\u202edlo", "5"]) {
    const changed = change(yaml, title);
    expect(parse(changed)).toEqual({ ...parse(yaml), title });
    for (const comment of yaml.match(/#.*/g) ?? []) expect(changed).toContain(comment);
  }
});

test("a file without a title is left alone", () => {
  expect(() => change("version: 1\n", "x")).toThrow("no title");
});

test("a slug is what the server takes", () => {
  for (const good of ["nyc-2013", "a", "a--b"]) expect(isSlug(good)).toBe(true);
  for (const bad of ["", "-a", "A", "a/b", "ä", "a".repeat(64)]) expect(isSlug(bad)).toBe(false);
});
