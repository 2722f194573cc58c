import { describe, expect, it } from "vitest";
import { beforeLast, type Revision } from "./revisions";
import { slugOf } from "./saving";

const made = (...turns: (string | null)[]): Revision[] =>
  turns
    .map((turn_id, index) => ({
      revision: index + 1,
      title: "",
      author: "Ada",
      yaml_sha256: "",
      turn_id,
      created_at: "",
    }))
    .reverse();

describe("beforeLast", () => {
  it("goes back over all that the last turn saved, or over one save by hand", () => {
    expect(beforeLast(made("a", "b", "b"))).toBe(1);
    expect(beforeLast(made("a", null, null))).toBe(2);
    expect(beforeLast(made("a", null, "b"))).toBe(2);
  });

  it("has nowhere to go from the first", () => {
    expect(beforeLast(made("a"))).toBeNull();
    expect(beforeLast(made("a", "a"))).toBeNull();
    expect(beforeLast([])).toBeNull();
  });
});

describe("slugOf", () => {
  it("makes of a name what may stand in an address", () => {
    expect(slugOf("Verspätungen, März 2013!")).toBe("verspatungen-marz-2013");
    expect(slugOf("  --x--  ")).toBe("x");
    expect(slugOf("日本")).toBe("");
    expect(slugOf(`${"a".repeat(62)}-b`)).toHaveLength(62);
  });
});
