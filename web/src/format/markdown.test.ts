import { describe, expect, test } from "vitest";
import { isSafeLink, mapTexts, parseInline, parseMarkdown } from "./markdown";

describe("parseMarkdown", () => {
  test("reads paragraphs, headings, lists and code", () => {
    const kinds = parseMarkdown("# Hi\ntext\nmore\n\n- a\n- b\n1. c\n\n```sql\nSELECT 1\n```").map(
      (block) => block.kind,
    );
    expect(kinds).toEqual(["heading", "paragraph", "list", "list", "code"]);
  });
  test("closes an open code block at the end", () => {
    expect(parseMarkdown("```\nhalf")).toEqual([{ kind: "code", text: "half" }]);
  });
  test("keeps HTML as text", () => {
    const html = '<img src=x onerror="alert(1)">';
    expect(parseMarkdown(html)).toEqual([{ kind: "paragraph", children: [{ kind: "text", text: html }] }]);
  });
  test("ends on any input", () => {
    for (const text of [
      "",
      "\n",
      "#",
      "- ",
      "``",
      "**",
      "[a](",
      "*".repeat(5000),
      "[".repeat(5000),
      "`a".repeat(3000),
    ])
      expect(Array.isArray(parseMarkdown(text))).toBe(true);
  });
});

test("inline spans nest and leave names with underscores alone", () => {
  expect(parseInline("a **b `c`** dep_delay_x 2*3*4")).toEqual([
    { kind: "text", text: "a " },
    {
      kind: "strong",
      children: [
        { kind: "text", text: "b " },
        { kind: "code", text: "c" },
      ],
    },
    { kind: "text", text: " dep_delay_x 2*3*4" },
  ]);
});

test("only http(s) and local links are links", () => {
  expect(
    ["https://a.b", "/d/x", "javascript:alert(1)", "//evil", "/\\evil", "data:text/html,x"].map(isSafeLink),
  ).toEqual([true, true, false, false, false, false]);
  expect(parseInline("[x](javascript:alert)")).toEqual([{ kind: "text", text: "[x](javascript:alert)" }]);
});

test("texts that are filled in later are never read as Markdown", () => {
  const filled = mapTexts(parseMarkdown("Seen: **X** [X](/here)\n\n- X"), (text) =>
    text.replaceAll("X", "[click](https://evil.example)"),
  );
  expect(JSON.stringify(filled)).not.toContain('"href":"https');
  expect(filled[0]).toMatchObject({
    children: [{ kind: "text" }, { kind: "strong" }, { kind: "text" }, { href: "/here" }],
  });
  expect(filled[1]).toMatchObject({ items: [[{ kind: "text", text: "[click](https://evil.example)" }]] });
});
