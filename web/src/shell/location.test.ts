import { expect, test } from "vitest";
import { readRoute, readSignIn } from "./location";

test("paths become routes", () => {
  expect(readRoute("/")).toEqual({ page: "home" });
  expect(readRoute("/d/nyc-departures")).toEqual({ page: "dashboard", slug: "nyc-departures" });
  expect(readRoute("/d/%E0%A4%A")).toEqual({ page: "dashboard", slug: "%E0%A4%A" });
  expect(readRoute("/d/a/b")).toEqual({ page: "missing" });
});

test("a sign-in token leaves the URL", () => {
  expect(readSignIn("http://h/d/x?input.a=1#sign-in=t%2Bk")).toEqual({
    token: "t+k",
    clean: "/d/x?input.a=1",
  });
  expect(readSignIn("http://h/#other").token).toBeNull();
});
