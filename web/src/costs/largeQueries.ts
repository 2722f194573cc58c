import { bytes } from "../format/text";

/** What is said of queries over 1 GB that a turn saved: how much, what would be cheaper, and why it was not done. */
export function largeNote(data: Record<string, unknown>): string | null {
  if (!Array.isArray(data.large_queries)) return null;
  const told = data.large_queries.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const { query, bytes: size, cheaper } = one as Record<string, unknown>;
    if (typeof query !== "string" || typeof size !== "number") return [];
    const forms = Array.isArray(cheaper) ? cheaper.filter((form) => typeof form === "string") : [];
    const less = forms.length > 0 ? ` Cheaper: ${forms.join("; or ")}.` : "";
    return [`The query ${query} reads up to ${bytes(size)}.${less}`];
  });
  if (told.length === 0) return null;
  const why =
    typeof data.large_queries_because === "string" ? [`Saved so: ${data.large_queries_because}`] : [];
  return [...told, ...why].join(" ");
}
