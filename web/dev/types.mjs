// Writes src/api/schema.ts: the page's types of the HTTP API, made of its description (schemas/openapi.json).
// Run by `make schemas`; a test fails when the file is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const DESCRIPTION = new URL("../../schemas/openapi.json", import.meta.url);
const BANNER = "// Written by `make schemas` from the description of the HTTP API. Not to be edited.";
const METHODS = ["get", "post", "put", "patch", "delete"];

export function readDescription() {
  return JSON.parse(readFileSync(DESCRIPTION, "utf8"));
}

/** The text of schema.ts: a type for every body, and for each method the paths and the JSON that answers them. */
export async function typesOf(description) {
  const definitions = plain(description.components.schemas);
  const everything = { type: "object", required: [], properties: {}, definitions };
  for (const name of Object.keys(definitions))
    everything.properties[name] = { $ref: `#/definitions/${name}` };
  const bodies = await compile(everything, "Bodies", {
    additionalProperties: false,
    bannerComment: BANNER,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 110 },
    unknownAny: true,
  });
  const named = bodies.replace(/export interface Bodies \{[^}]*\}\n/, "");
  return [named, ...METHODS.map((method) => paths(description, method))].filter(Boolean).join("\n");
}

function paths(description, method) {
  const lines = Object.entries(description.paths).flatMap(([path, methods]) => {
    const found = methods[method] && answer(methods[method]);
    return found ? [`  ${JSON.stringify(path)}: ${found};`] : [];
  });
  if (lines.length === 0) return "";
  const name = method[0].toUpperCase() + method.slice(1);
  return `/** What ${method.toUpperCase()} answers as JSON, by path. */\nexport interface ${name}Answers {\n${lines.join("\n")}\n}\n`;
}

function answer(operation) {
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const references = good.map(([, one]) => one.content?.["application/json"]?.schema?.$ref).filter(Boolean);
  return references[0]?.split("/").pop();
}

/** JSON Schema as the compiler reads it: references among definitions, no author's own keys, anything as unknown. */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(
    ([key]) => key !== "patternProperties" && key !== "discriminator",
  );
  const made = Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
  if (typeof made.$ref === "string")
    return { $ref: made.$ref.replace("#/components/schemas/", "#/definitions/") };
  return "description" in made && Object.keys(made).length === 1 ? { ...made, tsType: "unknown" } : made;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = new URL("../src/api/schema.ts", import.meta.url);
  writeFileSync(target, await typesOf(readDescription()));
}
