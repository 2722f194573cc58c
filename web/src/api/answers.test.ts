import { afterEach, expect, expectTypeOf, test, vi } from "vitest";
import { getAnswer, pathOf, postAnswer } from "./answers";
import { ApiError } from "./client";
import type { DashboardPage, Preview } from "./schema";

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: unknown) {
  const asked = vi.fn(async (_path: string, _init: RequestInit) => Response.json(body, { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
}

test("names are one segment each", () => {
  expect(pathOf("/v1/dashboards/{slug}/insights/{name}", { slug: "a b", name: "../x" })).toBe(
    "/v1/dashboards/a%20b/insights/..%2Fx",
  );
  // @ts-expect-error: a name is missing
  expect(pathOf("/v1/dashboards/{slug}/page", {})).toBe("/v1/dashboards/undefined/page");
});

test("an answer has the type of its path", async () => {
  const asked = answering(200, { slug: "shop" });
  const page = await getAnswer("/v1/dashboards/{slug}/page", { slug: "shop" });
  expectTypeOf(page).toEqualTypeOf<DashboardPage>();
  expect(page.slug).toBe("shop");
  expect(asked.mock.calls[0]?.[0]).toBe("/v1/dashboards/shop/page");
  // @ts-expect-error: there is no such path
  await getAnswer("/v1/nothing", {});
});

test("a file is posted as text, with what it is asked about", async () => {
  const asked = answering(200, { page: {}, data: null, warnings: [] });
  const query = new URLSearchParams([["input.region", "n"]]);
  const seen = await postAnswer("/v1/preview", {}, { yaml: "title: Shop", query, ifMatch: 3 });
  expectTypeOf(seen).toEqualTypeOf<Preview>();
  const [path, init] = asked.mock.calls[0] ?? ["", {}];
  expect([path, init.body]).toEqual(["/v1/preview?input.region=n", "title: Shop"]);
  const headers = new Headers(init.headers);
  expect(headers.get("content-type")).toBe("application/yaml");
  expect([headers.get("if-match"), headers.get("x-dashbridge")]).toEqual(['"3"', "1"]);
});

test("a refusal is an ApiError", async () => {
  answering(422, { code: "bad", detail: "It is wrong.", hint: "Mend it." });
  const error: unknown = await postAnswer("/v1/validate", {}, { yaml: "" }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, code: "bad", message: "It is wrong.", hint: "Mend it." });
});
