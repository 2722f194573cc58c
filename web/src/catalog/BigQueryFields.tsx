import { type RefObject, useState } from "react";
import type { Credentials, Draft, Problems } from "./connectionForm";
import { readKey } from "./connectionForm";
import { FormField, TextField } from "./FormField";

const MOST_KEY_BYTES = 20_000;

const CREDENTIALS: readonly (readonly [Credentials, string])[] = [
  ["service_account", "A service account, by its key"],
  ["default", "This server’s own Google identity"],
  ["impersonate", "Another account, through the server’s identity"],
];

const SEALED = "It is stored sealed, and never shown again.";
const AGAIN = "This page keeps no key: give it again.";

interface BigQueryFieldsProps {
  draft: Draft;
  problems: Problems;
  change: (part: Partial<Draft>) => void;
  /** The field of the key: what is in it is never kept elsewhere. */
  secret: RefObject<HTMLTextAreaElement | null>;
  /** How often a key was sent. */
  sent: number;
}

export function BigQueryFields({ draft, problems, change, secret, sent }: BigQueryFieldsProps) {
  return (
    <>
      <TextField
        label="Project"
        value={draft.project}
        placeholder="my-company"
        hint="The id of the project the data is in."
        problem={problems.project}
        onChange={(project) => change({ project })}
      />
      <TextField
        label="Datasets"
        value={draft.datasets}
        placeholder="sales, web_events"
        hint="What may be read. The first is meant where a question names a table alone."
        problem={problems.datasets}
        onChange={(datasets) => change({ datasets })}
      />
      <div className="form-pair">
        <TextField
          label="Location (optional)"
          value={draft.location}
          placeholder="EU"
          problem={problems.location}
          onChange={(location) => change({ location })}
        />
        <TextField
          label="Project that pays (optional)"
          value={draft.billing}
          placeholder="the same"
          problem={problems.billing}
          onChange={(billing) => change({ billing })}
        />
      </div>
      <FormField label="Who asks" problem={problems.credentials}>
        {(words) => (
          <select
            {...words}
            value={draft.credentials}
            onChange={(event) => change({ credentials: event.target.value as Credentials })}
          >
            {CREDENTIALS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {draft.credentials === "service_account" && (
        <KeyField key={sent} {...{ draft, problems, change, secret, sent }} />
      )}
      {draft.credentials === "impersonate" && (
        <TextField
          label="Account"
          value={draft.impersonate}
          placeholder="reader@my-company.iam.gserviceaccount.com"
          hint="The server’s identity needs the role Service Account Token Creator on it."
          problem={problems.impersonate}
          onChange={(impersonate) => change({ impersonate })}
        />
      )}
    </>
  );
}

/** A key pasted or out of a file. Only whose it is becomes known to the page. */
function KeyField({ draft, problems, change, secret, sent }: BigQueryFieldsProps) {
  const [owner, setOwner] = useState<string | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const read = (text: string) => {
    const found = readKey(text);
    setOwner(found?.email ?? null);
    setUnread(null);
    change(found && draft.project === "" ? { project: found.project } : {});
  };
  const choose = async (file: File | undefined) => {
    if (!file || !secret.current) return;
    if (file.size > MOST_KEY_BYTES) return setUnread("This file is too large for a key.");
    secret.current.value = await file.text();
    read(secret.current.value);
  };
  return (
    <>
      <FormField
        label="Key (JSON)"
        hint={owner ? `The key of ${owner}.` : sent > 0 ? AGAIN : SEALED}
        problem={unread ?? problems.key}
      >
        {(words) => (
          <textarea
            {...words}
            ref={secret}
            className="secret"
            rows={3}
            maxLength={MOST_KEY_BYTES}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder="Paste it here, or choose its file below"
            onChange={(event) => read(event.target.value)}
          />
        )}
      </FormField>
      <input
        type="file"
        className="key-file"
        accept=".json,application/json"
        aria-label="Key file"
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </>
  );
}
