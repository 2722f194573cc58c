/** A refusal by the server (RFC 9457), or a failure to reach it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null = null,
    /** Every finding in what was sent, as the server tells them. */
    readonly problems: readonly unknown[] = [],
    /** The whole problem document: further members are of the error's own. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const OFFLINE_HINT = "Check that Dashbridge is running and that this device is online.";

export async function toError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof problem[key] === "string" ? (problem[key] as string) : null);
  const message =
    text("detail") ?? text("message") ?? text("title") ?? `The server answered ${response.status}.`;
  const problems = Array.isArray(problem.errors) ? problem.errors : [];
  return new ApiError(
    response.status,
    text("code") ?? "http_error",
    message,
    text("hint"),
    problems,
    problem,
  );
}

type SignOutListener = () => void;
let onUnauthorised: SignOutListener = () => undefined;

/** Called whenever the server says that there is no session (any more). */
export function whenUnauthorised(listener: SignOutListener): void {
  onUnauthorised = listener;
}

let onReach: (reached: boolean) => void = () => undefined;

/** Called with every answer, and whenever none came. */
export function whenReached(listener: (reached: boolean) => void): void {
  onReach = listener;
}

/** Fetches from our own server; throws ApiError unless the answer is 2xx. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (init.method && init.method !== "GET") headers.set("X-Dashbridge", "1");
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, credentials: "same-origin" });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    onReach(false);
    throw new ApiError(0, "unreachable", "The server cannot be reached.", OFFLINE_HINT);
  }
  onReach(true);
  if (response.ok) return response;
  const error = await toError(response);
  if (response.status === 401 && !path.startsWith("/v1/sign-in")) onUnauthorised();
  throw error;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { headers: { Accept: "application/json" }, ...(signal && { signal }) });
  return (await response.json()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await send(path, signal ? { signal } : {});
  return await response.text();
}

export function post(path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Content-Type", "application/json");
  return send(path, { ...init, method: "POST", headers, body: JSON.stringify(body ?? {}) });
}
