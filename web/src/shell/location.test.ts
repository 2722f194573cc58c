import { afterEach, expect, test, vi } from "vitest";
import { go, here, readSignIn } from "./location";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("an address that changes with every frame is written now and then, and is known at once", () => {
  vi.useFakeTimers();
  const written: string[] = [];
  const location = { href: "http://h/d/x" };
  const write = (_state: unknown, _title: string, path: string) => {
    location.href = new URL(path, location.href).href;
    written.push(location.href.replace("http://h", ""));
  };
  vi.stubGlobal("window", { location, history: { replaceState: write, pushState: write } });
  for (let frame = 0; frame < 60; frame++) {
    go(`/d/x?input.a=${frame}`, "replace");
    expect(here().searchParams.get("input.a")).toBe(String(frame));
    vi.advanceTimersByTime(16);
  }
  vi.advanceTimersByTime(1000);
  expect(written.length).toBeLessThanOrEqual(10);
  expect(written.at(0)).toBe("/d/x?input.a=0");
  expect(written.at(-1)).toBe("/d/x?input.a=59");
  go("/d/x?input.a=a", "replace");
  go("/d/x?input.a=b", "replace");
  go("/d/y");
  expect(written.slice(-3)).toEqual(["/d/x?input.a=a", "/d/x?input.a=b", "/d/y"]);
});

test("a sign-in token leaves the URL", () => {
  expect(readSignIn("http://h/d/x?input.a=1#sign-in=t%2Bk")).toEqual({
    token: "t+k",
    clean: "/d/x?input.a=1",
  });
  expect(readSignIn("http://h/#other").token).toBeNull();
});
