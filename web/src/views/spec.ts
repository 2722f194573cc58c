/** The parts of a Vega-Lite specification that this page reads and writes. */
export type Json = Record<string, unknown>;
export type Channel = Json & { field?: string; type?: string | undefined; axis?: Json | null };
export type Encoding = Record<string, Channel>;

export interface Size {
  width: number;
  height: number;
}

/** `props\.x` as the row's key `props.x`. */
export function plainField(field: unknown): string {
  return typeof field === "string" ? field.replace(/\\(.)/g, "$1") : "";
}

export function isTimed(channel: Channel): boolean {
  return channel.type === "temporal" || channel.timeUnit !== undefined;
}

export function omit(channel: Channel, keys: string[]): Channel {
  return Object.fromEntries(Object.entries(channel).filter(([key]) => !keys.includes(key)));
}
