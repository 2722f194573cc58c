import { expect, test } from "vitest";
import { outlineOf, writtenFile } from "./outline";
import { applyEvent, newTurn } from "./transcript";

test("a file gives its titles and places", () => {
  const file = {
    title: "Delays",
    views: { total: { type: "metric", title: "Flights" }, trend: { type: "line" } },
    layout: {
      rows: [
        { height: "sm", items: [{ view: "total", span: 3 }] },
        { height: "huge", items: [{ view: "trend", span: 99 }, { view: 5 }, null] },
        { items: [] },
      ],
    },
  };
  expect(outlineOf(file)).toEqual({
    title: "Delays",
    rows: [
      { height: "sm", items: [{ title: "Flights", type: "metric", span: 3 }] },
      { height: "md", items: [{ title: "trend", type: "line", span: 12 }] },
    ],
  });
});

test("what is no dashboard has no shape", () => {
  for (const file of [null, "text", {}, { layout: { rows: [] } }, { layout: { rows: [{ items: 1 }] } }])
    expect(outlineOf(file)).toBeNull();
});

test("the newest file counts, while the turn runs", () => {
  const call = (id: string, yaml: string) => ({
    id: "",
    event: "tool_call",
    data: { id, name: "validate_dashboard_yaml", arguments: { yaml_content: yaml } },
  });
  const turn = [call("1", "a"), call("2", "b")].reduce(applyEvent, newTurn("?"));
  expect(writtenFile(turn)).toBe("b");
  expect(writtenFile(newTurn("?"))).toBeNull();
  expect(writtenFile(applyEvent(turn, { id: "", event: "done", data: {} }))).toBeNull();
  expect(writtenFile(undefined)).toBeNull();
});
