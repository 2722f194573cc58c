/** Reading a JSON Schema by the path of what is written. */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  if?: Schema;
  then?: Schema;
  required?: string[];
}

/** The scalar at a path of the file, which decides between alternatives by `type`. */
export type ValueAt = (path: string[]) => string | null;

export interface Key {
  name: string;
  description: string | null;
  required: boolean;
  shape: Shape;
}
export type Shape = "map" | "list" | "scalar";

/** Every schema that what stands at the path may follow. */
export function schemasAt(root: Schema, path: string[], valueAt: ValueAt): Schema[] {
  let now = alternatives(root, root, [], valueAt);
  path.forEach((part, index) => {
    const at = path.slice(0, index + 1);
    now = now.flatMap((schema) => below(schema, part)).flatMap((one) => alternatives(root, one, at, valueAt));
  });
  return now;
}

/** A schema without references, each of its alternatives apart. */
function alternatives(root: Schema, schema: Schema, at: string[], valueAt: ValueAt): Schema[] {
  if (schema.$ref !== undefined) {
    const { $ref, ...beside } = schema;
    return alternatives(root, { ...resolve(root, $ref), ...beside }, at, valueAt);
  }
  if (schema.anyOf) {
    const described = schema.description === undefined ? {} : { description: schema.description };
    return schema.anyOf.flatMap((one) => alternatives(root, { ...one, ...described }, at, valueAt));
  }
  const chosen = (schema.allOf ?? []).filter((one) => one.then && applies(one.if, at, valueAt));
  return [schema, ...chosen.flatMap((one) => (one.then ? alternatives(root, one.then, at, valueAt) : []))];
}

function applies(condition: Schema | undefined, at: string[], valueAt: ValueAt): boolean {
  return Object.entries(condition?.properties ?? {}).every(
    ([name, wanted]) => valueAt([...at, name]) === String(wanted.const),
  );
}

function resolve(root: Schema, reference: string): Schema {
  return root.$defs?.[reference.replace(/^#\/\$defs\//, "")] ?? {};
}

function below(schema: Schema, part: string): Schema[] {
  const { properties = {} } = schema;
  const named = Object.hasOwn(properties, part) ? properties[part] : undefined;
  if (named) return [named];
  if (schema.items && /^\d+$/.test(part)) return [schema.items];
  return Object.entries(schema.patternProperties ?? {}).flatMap(([pattern, one]) =>
    pattern !== "^x-" && new RegExp(pattern).test(part) ? [one] : [],
  );
}

/** The keys that may stand under these schemas. */
export function keysOf(root: Schema, schemas: Schema[]): Key[] {
  const found = new Map<string, Key>();
  for (const schema of schemas)
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      const known = found.get(name);
      const target = one.$ref === undefined ? one : { ...resolve(root, one.$ref), ...one };
      found.set(name, {
        name,
        description: known?.description ?? target.description ?? null,
        required: (known?.required ?? false) || (schema.required?.includes(name) ?? false),
        shape: known && known.shape !== "scalar" ? known.shape : shapeOf(target),
      });
    }
  return [...found.values()];
}

export function shapeOf(schema: Schema): Shape {
  if (schema.type === "object" || schema.properties || schema.patternProperties) return "map";
  return schema.type === "array" ? "list" : "scalar";
}

export interface Value {
  text: string;
  isDefault: boolean;
}

/** The values that these schemas name. */
export function valuesOf(schemas: Schema[]): Value[] {
  const found = new Map<string, Value>();
  const add = (value: unknown, isDefault: boolean) => {
    if (typeof value === "object" || value === undefined) return;
    const text = String(value);
    found.set(text, { text, isDefault: isDefault || (found.get(text)?.isDefault ?? false) });
  };
  for (const schema of schemas) {
    for (const value of schema.enum ?? []) add(value, false);
    if (schema.const !== undefined) add(schema.const, false);
    if (schema.type === "boolean") for (const value of [true, false]) add(value, false);
    if (schema.default !== undefined) add(schema.default, true);
  }
  return [...found.values()];
}

/** The accessors an input of this type has; the schema's descriptions name them. */
export function accessorsOf(root: Schema, type: string): string[] {
  const spec = Object.values(root.$defs ?? {}).find((one) => one.properties?.type?.const === type);
  return [...(spec?.description ?? "").matchAll(/`\.(\w+)`/g)].map((match) => match[1] ?? "");
}
