import { expect, test } from "vitest";
import { harmless } from "./harmless";

test("what could link or load is taken out at any depth; the rest stays as it was", () => {
  const spec = {
    mark: { type: "image", url: "//a.invalid/x.png", fill: "URL ('//a.invalid/x.svg')", size: 3 },
    encoding: { href: { value: "javascript:1" }, x: { field: "props.x", sort: ["b", "a"] } },
    layer: [{ mark: { href: "x" } }, null, 1],
    config: { background: "url(x)", axis: { title: "curling" } },
  };
  expect(harmless(spec)).toEqual({
    mark: { type: "image", size: 3 },
    encoding: { x: { field: "props.x", sort: ["b", "a"] } },
    layer: [{ mark: {} }, null, 1],
    config: { axis: { title: "curling" } },
  });
});
