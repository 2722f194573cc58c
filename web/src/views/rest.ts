import { labelsOf } from "./axes";
import type { ChartRows } from "./chartRows";
import { type Encoding, plainField } from "./spec";

/** What is small together, as queries that keep the largest groups name it. */
export const REST = "Other";
/** The signal of its colour: it is no group among the others. */
export const REST_COLOR = "rest_color";

/** Gives the bar of the rest its own colour, where bars have one for all. */
export function setRestApart(encoding: Encoding, data: ChartRows): void {
  if (encoding.color) return;
  for (const channel of [encoding.x, encoding.y]) {
    const name = plainField(channel?.field);
    if (!channel || name === "" || channel.timeUnit !== undefined) continue;
    if (channel.type !== "nominal" && channel.type !== "ordinal") continue;
    const labels = labelsOf(channel, data);
    if (labels.length < 2 || !labels.includes(REST)) continue;
    const test = `datum[${JSON.stringify(name)}] === ${JSON.stringify(REST)}`;
    encoding.color = { condition: { test, value: { expr: REST_COLOR } } };
    return;
  }
}
