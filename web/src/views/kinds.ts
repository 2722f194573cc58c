import type { ColumnInfo, ViewField } from "../api/types";
import { isNumeric } from "./rows";
import { type Encoding, omit } from "./spec";

/** Gives every channel whose kind the server could not tell the kind that the data has. */
export function settleKinds(
  encoding: Encoding,
  fields: readonly ViewField[],
  columns: readonly ColumnInfo[],
  viewType: string,
): void {
  for (const field of fields) {
    const type = columns.find((column) => column.name === field.key)?.type;
    if (field.certain || type === undefined) continue;
    for (const name of field.channels) {
      const channel = encoding[name];
      const kind = channel && settledKind(String(channel.type), type, name, viewType);
      if (!channel || kind === channel.type) continue;
      if (kind === "temporal") Object.assign(channel, { type: kind, scale: { type: "utc" } });
      else encoding[name] = { ...omit(channel, ["scale", "timeUnit"]), type: kind };
    }
  }
}

function settledKind(guess: string, type: string, channel: string, viewType: string): string {
  if (["date", "timestamp", "timestamptz"].includes(type)) return "temporal";
  if (!isNumeric(type)) return guess === "quantitative" || guess === "temporal" ? "nominal" : guess;
  if (guess === "quantitative") return guess;
  const stepped = channel === "color" || viewType === "bar" || viewType === "heatmap" || viewType === "pie";
  if (guess === "temporal") return stepped ? "ordinal" : "quantitative";
  return stepped && type === "integer" ? guess : "quantitative";
}
