import { expect, test } from "vitest";
import { ApiError } from "../api/client";
import { bodyOf, check, type Draft, EMPTY, placed, readKey } from "./connectionForm";

const KEY = JSON.stringify({
  type: "service_account",
  client_email: "reader@shop.example",
  private_key: "-----BEGIN",
  project_id: "shop",
});
const SHOP: Draft = {
  ...EMPTY,
  kind: "bigquery",
  name: "sales",
  project: "shop",
  datasets: "sales, web  raw",
};

test("a key tells whose it is; anything else is none", () => {
  expect(readKey(KEY)).toEqual({ email: "reader@shop.example", project: "shop" });
  for (const text of ["", "{", "null", "[]", "7", '"x"', "{}", KEY.replace("service_account", "user")])
    expect(readKey(text), text).toBeNull();
});

test("nothing is wrong with what is not written yet, until it is to be sent", () => {
  expect(check({ ...EMPTY, kind: "bigquery" }, "", false)).toEqual({});
  const told = check({ ...EMPTY, kind: "bigquery" }, "", true);
  expect(Object.keys(told).sort()).toEqual(["datasets", "key", "name", "project"]);
  expect(Object.keys(check(EMPTY, "", true)).sort()).toEqual(["name", "path"]);
  expect(check(SHOP, KEY, true)).toEqual({});
  expect(Object.keys(check({ ...SHOP, credentials: "impersonate" }, "", true))).toEqual(["impersonate"]);
  expect(check({ ...SHOP, credentials: "default" }, "not a key", true)).toEqual({});
});

test("what is written is checked as the server does", () => {
  const wrong: Draft = {
    ...SHOP,
    name: "a b",
    project: "My Project",
    datasets: "shop.sales",
    location: "E",
    billing: "X!",
    cap: "0",
  };
  expect(Object.keys(check(wrong, "{}", false)).sort()).toEqual([
    "billing",
    "cap",
    "datasets",
    "key",
    "location",
    "name",
    "project",
  ]);
  expect(check({ ...SHOP, project: "example.com:old-one", location: "europe-west1" }, KEY, true)).toEqual({});
});

test("the body holds what was chosen, and a key only where one asks by it", () => {
  const shared = { name: "sales", ai_access: "schema", max_bytes_per_query: 100_000_000 };
  expect(bodyOf({ ...EMPTY, name: "sales", path: " a.duckdb " }, KEY)).toEqual({
    ...shared,
    kind: "duckdb",
    settings: { path: "a.duckdb" },
  });
  const bigquery = { ...shared, kind: "bigquery", allowed_datasets: ["sales", "web", "raw"] };
  const settings = { project: "shop", location: null, billing_project: null };
  expect(bodyOf(SHOP, KEY)).toEqual({
    ...bigquery,
    settings: { ...settings, credentials: "service_account", service_account: KEY },
  });
  expect(bodyOf({ ...SHOP, credentials: "default", location: " EU ", billing: "payer" }, KEY)).toEqual({
    ...bigquery,
    settings: { ...settings, location: "EU", billing_project: "payer", credentials: "default" },
  });
});

test("a refusal stands at the field it is about", () => {
  const refuse = (status: number, code: string, problems: unknown[] = []) =>
    new ApiError(status, code, "it is refused", "do this", problems);
  const at = (path: string, message: string) => refuse(422, "invalid_request", [{ path, message }]);
  expect(placed(at("/body/bigquery/settings/project", "String should match pattern 'x'"), SHOP)).toEqual({
    project: "This cannot be its name.",
  });
  expect(placed(at("/body/bigquery/settings/service_account", "Value error, this is no key"), SHOP)).toEqual({
    key: "This is no key.",
  });
  const words = "It is refused. Do this.";
  expect(placed(refuse(409, "conflict"), SHOP)).toEqual({ name: words });
  expect(placed(refuse(422, "bad_credentials"), SHOP)).toEqual({ key: words });
  expect(placed(refuse(403, "forbidden"), { ...SHOP, credentials: "default" })).toEqual({
    credentials: words,
  });
  expect(placed(refuse(422, "bad_credentials"), { ...SHOP, credentials: "impersonate" })).toEqual({
    impersonate: words,
  });
  expect(placed(refuse(404, "no_database_file"), EMPTY)).toEqual({ path: words });
  expect(placed(refuse(503, "warehouse_unavailable"), SHOP)).toBeNull();
  expect(placed(new Error("offline"), SHOP)).toBeNull();
});
