const REACHING = new Set(["href", "url", "src", "loader", "baseURL", "usermeta"]);
const ADDRESS = /url\s*\(/i;

/** A specification without what could link to, or load, anything: the server refuses it, and the page does not rely on that. */
export function harmless<T>(value: T): T {
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => !REACHING.has(key) && !(typeof inner === "string" && ADDRESS.test(inner)),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, harmless(inner)])) as T;
}
