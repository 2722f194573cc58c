import { expect, test } from "vitest";
import { pageKey, readRoute, to } from "./routes";

test("paths become routes", () => {
  expect(readRoute("/")).toEqual({ page: "home" });
  expect(readRoute("/dashboards")).toEqual({ page: "dashboards" });
  expect(readRoute("/dashboards/")).toEqual({ page: "dashboards" });
  expect(readRoute("/d/nyc-departures")).toEqual({ page: "dashboard", slug: "nyc-departures" });
  expect(readRoute("/d/%E0%A4%A")).toEqual({ page: "dashboard", slug: "%E0%A4%A" });
  expect(readRoute("/chat/s1")).toEqual({ page: "chat", session: "s1" });
  expect(readRoute("/connections")).toEqual({ page: "connections" });
  expect(readRoute("/costs")).toEqual({ page: "costs" });
  expect(readRoute("/connections/c1")).toEqual({ page: "connection", id: "c1" });
  expect(readRoute("/connections/c1/main/flights")).toEqual({
    page: "table",
    id: "c1",
    dataset: "main",
    table: "flights",
  });
});

test.each([
  "/d",
  "/d/",
  "/d//x",
  "/d/a/b",
  "/chat",
  "/chat/a/b",
  "/dashboards/x",
  "/connections/c/d",
  "/connections/c/d/t/x",
  "/connections//d/t",
  "/nowhere",
])("%s leads nowhere", (path) => expect(readRoute(path)).toEqual({ page: "missing" }));

test("a path made of any name leads back to it", () => {
  for (const name of ["a b", "a/b", "%2F", "ä?#", "Ünï–cødé"]) {
    expect(readRoute(to.dashboard(name))).toEqual({ page: "dashboard", slug: name });
    expect(readRoute(to.table("c", name, name))).toEqual({
      page: "table",
      id: "c",
      dataset: name,
      table: name,
    });
  }
  expect(new URL(to.ask("a&b=c?"), "http://h").searchParams.get("ask")).toBe("a&b=c?");
});

test("a question that becomes a session stays on its page", () => {
  expect(pageKey(readRoute("/chat/s1"))).toBe(pageKey(readRoute("/")));
  expect(pageKey(readRoute("/d/a"))).not.toBe(pageKey(readRoute("/d/b")));
});
