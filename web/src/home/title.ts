import type { Document } from "yaml";

type Parse = (text: string) => Document;

/** A dashboard file with another title; every other letter of it stays. Throws when it has no title to change. */
export function withTitle(yaml: string, title: string, parse: Parse): string {
  const node = parse(yaml).get("title", true) as { range?: [number, number, number] | null } | undefined;
  if (!node?.range) throw new Error("The dashboard's file has no title to change.");
  const [from, to] = node.range;
  const old = yaml.slice(from, to);
  const end = /\n$/.test(old) ? "\n" : "";
  return yaml.slice(0, from) + JSON.stringify(title) + end + yaml.slice(to);
}

/** Whether the server takes a text as a slug. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);
}
