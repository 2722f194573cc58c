import { beforeEach, expect, test, vi } from "vitest";
import { forgetWritten, keepWritten, readWritten, writtenBy } from "./written";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

test("what was typed is kept until it is asked or its author leaves", () => {
  writtenBy("Ada");
  keepWritten("How many?");
  writtenBy("Ada");
  expect(readWritten()).toBe("How many?");
  forgetWritten();
  expect(readWritten()).toBe("");
});

test("another person sees nothing of it", () => {
  writtenBy("Ada");
  keepWritten("How many?");
  writtenBy("Bob");
  expect(readWritten()).toBe("");
});

test("a broken or forbidden store keeps nothing and breaks nothing", () => {
  for (const item of ["{", "3", '{"text":null}']) {
    vi.stubGlobal("sessionStorage", { getItem: () => item, setItem: () => undefined });
    expect(readWritten()).toBe("");
  }
  vi.stubGlobal("sessionStorage", undefined);
  keepWritten("How many?");
  expect(readWritten()).toBe("");
});
