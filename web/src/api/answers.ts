/** The API by its own paths: what a path needs and what it answers is known from the description of the API. */
import { send } from "./client";
import type { GetAnswers, PostAnswers } from "./schema";

/** The names in a path's braces. */
export type Named<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Named<Rest>
  : never;
/** What stands for the names, and nothing where there are none. */
export type Names<Path extends string> = Record<Named<Path>, string>;

/** A path with its names filled in, each as one segment. */
export function pathOf<Path extends string>(path: Path, names: Names<Path>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: Named<Path>) => encodeURIComponent(names[name]));
}

/** GET as JSON. Throws ApiError. */
export async function getAnswer<Path extends keyof GetAnswers>(
  path: Path,
  names: Names<Path>,
  how: { query?: URLSearchParams; signal?: AbortSignal } = {},
): Promise<GetAnswers[Path]> {
  const init = { headers: { Accept: "application/json" }, ...(how.signal && { signal: how.signal }) };
  return (await (await send(asked(pathOf(path, names), how.query), init)).json()) as GetAnswers[Path];
}

/** POST of a JSON value, or of a dashboard file as text, answered as JSON. Throws ApiError. */
export async function postAnswer<Path extends keyof PostAnswers>(
  path: Path,
  names: Names<Path>,
  how: {
    json?: unknown;
    yaml?: string;
    query?: URLSearchParams;
    ifMatch?: number;
    signal?: AbortSignal;
  } = {},
): Promise<PostAnswers[Path]> {
  const headers = new Headers({ Accept: "application/json" });
  headers.set("Content-Type", how.yaml === undefined ? "application/json" : "application/yaml");
  if (how.ifMatch !== undefined) headers.set("If-Match", `"${how.ifMatch}"`);
  const body = how.yaml ?? JSON.stringify(how.json ?? {});
  const init = { method: "POST", headers, body, ...(how.signal && { signal: how.signal }) };
  return (await (await send(asked(pathOf(path, names), how.query), init)).json()) as PostAnswers[Path];
}

function asked(path: string, query: URLSearchParams | undefined): string {
  const text = query?.toString() ?? "";
  return text === "" ? path : `${path}?${text}`;
}
