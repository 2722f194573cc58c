import { ApiError } from "../api/client";
import { sentence } from "./sentence";

export type Kind = "duckdb" | "bigquery";
export type Credentials = "default" | "service_account" | "impersonate";

/** What the form holds. A key is not among it: it is read from its field when it is sent, and the field is emptied. */
export interface Draft {
  kind: Kind;
  name: string;
  path: string;
  project: string;
  datasets: string;
  location: string;
  billing: string;
  credentials: Credentials;
  impersonate: string;
  access: string;
  cap: string;
}

export type Field = Exclude<keyof Draft, "kind" | "access"> | "key";
export type Problems = Partial<Record<Field, string>>;

export const EMPTY: Draft = {
  kind: "duckdb",
  name: "",
  path: "",
  project: "",
  datasets: "",
  location: "",
  billing: "",
  credentials: "service_account",
  impersonate: "",
  access: "schema",
  cap: "100",
};

const MB = 1_000_000;
const NAME = /^[A-Za-z0-9_-]{1,63}$/;
const PROJECT = /^(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{0,62}$/;
const DATASET = /^[A-Za-z0-9_]{1,1024}$/;
const LOCATION = /^[A-Za-z0-9-]{2,40}$/;
const EMAIL = /^[A-Za-z0-9._%+-]{1,100}@[A-Za-z0-9.-]{1,200}$/;

/** Whose key it is; null where the text is not the JSON of a service account's key. */
export function readKey(text: string): { email: string; project: string } | null {
  try {
    const { type, client_email: email, private_key: key, project_id: project } = JSON.parse(text) ?? {};
    const whole = type === "service_account" && typeof email === "string" && typeof key === "string";
    return whole && email && key ? { email, project: typeof project === "string" ? project : "" } : null;
  } catch {
    return null;
  }
}

/** What is wrong with what is written, by field; fields that are empty are told only once all is to be sent. */
export function check(draft: Draft, key: string, sending: boolean): Problems {
  const problems: Problems = {};
  const need = (field: Field, value: string, good: (text: string) => boolean, empty: string, bad: string) => {
    if (value.trim() === "") {
      if (sending && empty) problems[field] = empty;
    } else if (!good(value.trim())) problems[field] = bad;
  };
  const like = (pattern: RegExp) => (text: string) => pattern.test(text);
  need("name", draft.name, like(NAME), "Give it a name.", "Only letters, digits, - and _, at most 63.");
  need(
    "cap",
    draft.cap,
    (text) => capped(text) !== null,
    "Say how much.",
    "A number of megabytes, from 1 on.",
  );
  if (draft.kind === "duckdb") {
    need("path", draft.path, () => true, "Name the file.", "");
    return problems;
  }
  const project = "A project’s id, as in the console’s address: small letters, digits and -.";
  need("project", draft.project, like(PROJECT), "Name the project of the data.", project);
  need("billing", draft.billing, like(PROJECT), "", project);
  need("location", draft.location, like(LOCATION), "", "A place as BigQuery names it: US, EU, europe-west1.");
  need(
    "datasets",
    draft.datasets,
    (text) => listed(text).every((name) => DATASET.test(name)),
    "Name at least one dataset.",
    "Names of datasets with a comma between them, without the project: letters, digits and _.",
  );
  if (draft.credentials === "service_account") {
    const wrong = "This is not the JSON of a service account’s key.";
    need("key", key, (text) => readKey(text) !== null, "Paste the key, or choose its file.", wrong);
  }
  if (draft.credentials === "impersonate")
    need("impersonate", draft.impersonate, like(EMAIL), "Name the account.", "The email of an account.");
  return problems;
}

/** The connection as the API takes it. */
export function bodyOf(draft: Draft, key: string): Record<string, unknown> {
  const shared = { name: draft.name, ai_access: draft.access, max_bytes_per_query: capped(draft.cap) };
  if (draft.kind === "duckdb") return { ...shared, kind: "duckdb", settings: { path: draft.path.trim() } };
  const { credentials } = draft;
  return {
    ...shared,
    kind: "bigquery",
    allowed_datasets: listed(draft.datasets),
    settings: {
      project: draft.project.trim(),
      location: draft.location.trim() || null,
      billing_project: draft.billing.trim() || null,
      credentials,
      ...(credentials === "service_account" && { service_account: key }),
      ...(credentials === "impersonate" && { impersonate: draft.impersonate.trim() }),
    },
  };
}

const PLACES: Readonly<Record<string, Field>> = {
  name: "name",
  max_bytes_per_query: "cap",
  allowed_datasets: "datasets",
  path: "path",
  project: "project",
  location: "location",
  billing_project: "billing",
  service_account: "key",
  impersonate: "impersonate",
};
const CODES: Readonly<Record<string, Field>> = {
  datasets_missing: "datasets",
  no_database_file: "path",
  table_not_found: "datasets",
};

/** The server's refusal at the fields it is about; `null` fields where it is about none of them. */
export function placed(error: Error, draft: Draft): Problems | null {
  if (!(error instanceof ApiError)) return null;
  const found: Problems = {};
  for (const problem of error.problems) {
    const { path, message } = (problem ?? {}) as Record<string, unknown>;
    const field = PLACES[String(path ?? "").match(/[^/]+$/)?.[0] ?? ""];
    if (field && typeof message === "string") found[field] = readable(message);
  }
  if (Object.keys(found).length > 0) return found;
  const field = error.status === 409 ? "name" : (CODES[error.code] ?? credentialsField(error, draft));
  return field ? { [field]: [error.message, error.hint ?? ""].map(sentence).join(" ").trim() } : null;
}

function credentialsField({ code, status }: ApiError, draft: Draft): Field | null {
  if (draft.kind !== "bigquery" || (code !== "bad_credentials" && status !== 403)) return null;
  if (draft.credentials === "default") return "credentials";
  return draft.credentials === "service_account" ? "key" : "impersonate";
}

/** A check's words without what is said to programmers. */
function readable(message: string): string {
  const said = message.replace(/^Value error, /, "");
  return sentence(said.startsWith("String should match") ? "This cannot be its name." : said);
}

function listed(text: string): string[] {
  return text.split(/[,\s]+/).filter((name) => name !== "");
}

function capped(text: string): number | null {
  const bytes = Math.round(Number(text) * MB);
  return Number.isFinite(bytes) && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null;
}
