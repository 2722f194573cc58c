import { ApiError } from "../api/client";
import type { Connection } from "./types";

export interface Uploaded {
  connection: Connection;
  dataset: string;
  table: string;
  rows: number;
  replaced: boolean;
}

const KINDS: Record<string, string> = {
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
};

/** What a file can be uploaded as; null when it is neither CSV nor Parquet by its name. */
export function contentTypeOf(fileName: string): string | null {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(KINDS, ending) ? (KINDS[ending] ?? null) : null;
}

const LONGEST = 60;

/** A file's name as a table's: lower case letters, digits and underscores, beginning with a letter. */
export function tableNameOf(fileName: string): string {
  const plain = fileName
    .replace(/\.[^.]*$/, "")
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST);
  if (plain === "") return "upload";
  return /^[a-z]/.test(plain) ? plain : `t_${plain}`;
}

/** Sends a file; `onProgress` hears the share that has gone, 0 to 1. Rejects with ApiError, also when aborted. */
export function uploadFile(
  file: File,
  { table, replace }: { table: string; replace: boolean },
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ name: table, ...(replace && { replace: "true" }) });
    request.open("POST", `/v1/uploads?${query}`);
    request.setRequestHeader("X-Dashbridge", "1");
    request.setRequestHeader("Content-Type", contentTypeOf(file.name) ?? "application/octet-stream");
    request.responseType = "text";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const body = readBody(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as unknown as Uploaded);
      else reject(refusal(request.status, body));
    };
    request.onerror = () =>
      reject(
        new ApiError(0, "unreachable", "The upload broke off.", "Check the connection, then try again."),
      );
    request.onabort = () => reject(new ApiError(0, "aborted", "The upload was stopped."));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function readBody(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusal(status: number, body: Record<string, unknown>): ApiError {
  const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : null);
  const message = text("detail") ?? text("title") ?? `The server answered ${status}.`;
  return new ApiError(status, text("code") ?? "http_error", message, text("hint"));
}
