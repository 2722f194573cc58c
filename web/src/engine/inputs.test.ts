import { describe, expect, test } from "vitest";
import type { InputSpec } from "../api/types";
import { readInputs } from "./inputs";
import { recorded } from "./recorded";
import { bind } from "./statement";
import { asShown, type ParameterType } from "./values";

const { escaped, ...specs } = recorded.specs;
const { places } = recorded;
const choices = recorded.choices.filter(
  ({ chosen }) => !Object.keys(chosen).some((key) => key.startsWith("escaped")),
);
const typed = places.filter(({ gives }) => gives === "value");
const TYPES = new Map<string, ParameterType>(typed.map(({ input, type }) => [input, type]));
const PLAIN = [
  "AA",
  "😀",
  "' OR 1=1 --",
  "?",
  "all",
  "none",
  "=all",
  "2013-01-01",
  "1",
  "-1",
  "1.5",
  "true",
  "",
];

/** Numbers by what they are, since only the SQL tells `1` from `1.0`. */
function sameSent(mine: unknown, theirs: unknown, type: ParameterType): boolean {
  if (theirs === null || mine === null || typeof theirs === "boolean") return mine === theirs;
  if (type === "number") return Object.is(Number(mine), theirs);
  if (type !== "decimal") return mine === theirs;
  const least = (text: unknown) =>
    String(text)
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  return least(mine) === least(theirs);
}

describe("chosen inputs", () => {
  const read = choices.map((choice) => ({ ...choice, values: readInputs(specs, choice.chosen, TYPES) }));

  test("are read as the server reads them, or left to it", () => {
    for (const { chosen, shown, sent, values } of read) {
      if (values === null) continue;
      expect(shown, JSON.stringify(chosen)).toBeDefined();
      for (const [name, { sql, values: theirs }] of Object.entries(sent ?? {})) {
        if (name === "escaped") continue;
        const mine = places.filter(({ input }) => input === name);
        const bound = bind({ post_query: mine.map(() => "?").join(" "), parameters: mine }, values);
        expect(bound.sql).toBe(sql);
        const type = TYPES.get(name) as ParameterType;
        const differing = bound.values.filter((value, index) => !sameSent(value, theirs[index], type));
        expect(differing, JSON.stringify([chosen, bound.values, theirs])).toEqual([]);
        const value = values.get(name);
        if (type !== "decimal" && value) expect(asShown(value)).toEqual(shown?.[name]);
      }
    }
  });

  test("in plain spelling are never left to the server", () => {
    const left = read.filter(({ chosen, shown, values }) => {
      const texts = Object.values(chosen).flat();
      return values === null && shown && texts.length > 0 && texts.every((text) => PLAIN.includes(text));
    });
    expect(left.map(({ chosen }) => chosen)).toEqual([]);
  });

  test("with a default that reads like the word all are left to the server until chosen", () => {
    const alone = { escaped: escaped as InputSpec };
    expect(readInputs(alone, {}, TYPES)).toBeNull();
    expect(readInputs(alone, { escaped: ["b"] }, TYPES)?.get("escaped")?.items).toEqual(["b"]);
  });

  test("fall back on the states of an answer to the same query", () => {
    const chosen = { period: ["last 7 days"] };
    const state = {
      period: { value: { from: "2026-11-15", to: "2026-11-21" } },
      day: { value: ["2026-11-21"] },
    };
    expect(readInputs({ period: specs.period as never }, chosen, TYPES)).toBeNull();
    const values = readInputs({ period: specs.period as never }, chosen, TYPES, state);
    expect(values?.get("period")?.items).toEqual(["2026-11-15", "2026-11-21"]);
  });
});
