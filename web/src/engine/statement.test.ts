import { expect, test } from "vitest";
import { bind, type Placeholder } from "./statement";
import type { InputValue } from "./values";

const place = (rest: Partial<Placeholder> = {}): Placeholder => ({
  input: "carrier",
  accessor: "values",
  type: "text",
  gives: "value",
  ...rest,
});
const chosen = (rest: Partial<InputValue>) =>
  new Map<string, InputValue>([
    ["carrier", { kind: "multi_select", type: "text", items: [], everything: false, ...rest }],
  ]);
const HOSTILE = ["' OR 1=1 --", "?", "$" + "{ref(carrier).values}", "😀", "\u200fابج", "", "a?b"];

test("chosen values never enter the statement's text", () => {
  const statement = {
    post_query: "SELECT * FROM insight_data WHERE ? OR (? AND c IN (?))",
    parameters: [place({ gives: "open" }), place({ gives: "some" }), place()],
  };
  for (let count = 0; count <= HOSTILE.length; count++) {
    const items = HOSTILE.slice(0, count);
    const bound = bind(statement, chosen({ items }));
    const marks = items.length === 0 ? "?" : items.map(() => "?").join(", ");
    expect(bound.sql).toBe(`SELECT * FROM insight_data WHERE ? OR (? AND c IN (${marks}))`);
    expect(bound.values).toEqual([false, count > 0, ...(count > 0 ? items : [null])]);
    expect(bound.sql.split("?").length - 1).toBe(bound.values.length);
  }
  expect(bind(statement, chosen({ everything: true })).values).toEqual([true, false, null]);
});

test("every value of a list is cast by itself", () => {
  const statement = {
    post_query: "SELECT n IN (?), ?",
    parameters: [place({ cast: "BIGINT" }), place({ gives: "some" })],
  };
  const two = bind(statement, chosen({ items: ["1", "2"] }));
  expect(two).toEqual({
    sql: "SELECT n IN (CAST(? AS BIGINT), CAST(? AS BIGINT)), ?",
    values: ["1", "2", true],
  });
  expect(bind(statement, chosen({})).sql).toBe("SELECT n IN (CAST(? AS BIGINT)), ?");
});

test("an open end of a range is open by itself", () => {
  const statement = {
    post_query: "? ? ? ?",
    parameters: [
      place({ accessor: "min", gives: "open" }),
      place({ accessor: "min", type: "number" }),
      place({ accessor: "max", gives: "open" }),
      place({ accessor: "max", type: "number" }),
    ],
  };
  const range = chosen({ kind: "number_range", type: "number", items: [null, -0] });
  expect(bind(statement, range)).toEqual({ sql: "? ? ? ?", values: [true, null, false, "-0"] });
});

test("what does not fit together is refused", () => {
  const values = chosen({ items: ["a"] });
  expect(() => bind({ post_query: "? ?", parameters: [place()] }, values)).toThrow("2 places");
  expect(() => bind({ post_query: "?", parameters: [place({ input: "other" })] }, values)).toThrow(
    "no value",
  );
  expect(() =>
    bind({ post_query: "?", parameters: [place({ accessor: "min", gives: "some" })] }, values),
  ).toThrow();
  expect(() => bind({ post_query: "?", parameters: [place({ gives: "more" as "some" })] }, values)).toThrow();
});
