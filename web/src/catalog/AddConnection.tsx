import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Dialog } from "../dashboard/Dialog";
import { go } from "../shell/location";
import { to } from "../shell/routes";
import { tell } from "../shell/toast";
import { BigQueryFields } from "./BigQueryFields";
import { bodyOf, check, type Draft, EMPTY, type Kind, type Problems, placed } from "./connectionForm";
import { FormField, TextField } from "./FormField";
import { addConnection, forgetCatalog } from "./queries";
import { InlineTrouble } from "./Trouble";

/** What a model may see of the data. */
const ACCESS = [
  ["schema", "Names and types only"],
  ["aggregates", "Names, types and results of queries"],
  ["samples", "All of that, and sample values"],
] as const;

const KINDS: readonly (readonly [Kind, string])[] = [
  ["duckdb", "DuckDB file"],
  ["bigquery", "BigQuery"],
];

/** Adds a connection: the server opens it and asks it a first question before it is kept. */
export default function AddConnection({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const secret = useRef<HTMLTextAreaElement>(null);
  const { problems, trouble, busy, sent, submit, changed } = useAdding(draft, secret, onClose);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    changed();
  };
  return (
    <Dialog title="Add a connection" onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <KindChoice kind={draft.kind} onChoose={(kind) => change({ kind })} />
        <TextField
          label="Name"
          value={draft.name}
          most={63}
          placeholder="sales"
          hint="Dashboards refer to the connection by it."
          problem={problems.name}
          onChange={(name) => change({ name })}
        />
        {draft.kind === "duckdb" ? (
          <TextField
            label="File"
            value={draft.path}
            placeholder="sales.duckdb"
            hint="Its path inside your team’s DuckDB folder on the server. It is only ever read."
            problem={problems.path}
            onChange={(path) => change({ path })}
          />
        ) : (
          <BigQueryFields {...{ draft, problems, change, secret, sent }} />
        )}
        <Bounds {...{ draft, problems, change }} />
        {trouble && <InlineTrouble error={trouble} />}
        <div className="form-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {busy ? "Testing the connection…" : "Test and connect"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The way of a draft to the server. With each sending the field of the key is a new one, and the key kept nowhere. */
function useAdding(draft: Draft, secret: { current: HTMLTextAreaElement | null }, onClose: () => void) {
  const client = useQueryClient();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(0);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [refused, setRefused] = useState<Problems>({});
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (failures > 0) document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus();
  }, [failures]);
  const key = () => secret.current?.value ?? "";
  const problems = { ...check(draft, key(), tried), ...refused };

  const send = async () => {
    const body = bodyOf(draft, key());
    setSent((before) => before + 1);
    setBusy(true);
    try {
      const made = await addConnection(body);
      await forgetCatalog(client);
      tell({ text: `${made.name} is connected.` });
      onClose();
      go(to.connection(made.id));
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const at = placed(error, draft);
      setTried(false);
      setRefused(at ?? {});
      setTrouble(at ? null : error);
      setBusy(false);
      setFailures((before) => before + 1);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setTried(true);
    setRefused({});
    setTrouble(null);
    if (Object.keys(check(draft, key(), true)).length === 0) void send();
    else setFailures((before) => before + 1);
  };
  const changed = () => {
    setRefused({});
    setTrouble(null);
  };
  return { problems, trouble, busy, sent, submit, changed };
}

function KindChoice({ kind, onChoose }: { kind: Kind; onChoose: (kind: Kind) => void }) {
  return (
    <fieldset className="form-kinds">
      <legend className="form-legend">What to connect</legend>
      {KINDS.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name="kind"
            value={value}
            checked={kind === value}
            onChange={() => onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface BoundsProps {
  draft: Draft;
  problems: Problems;
  change: (part: Partial<Draft>) => void;
}

function Bounds({ draft, problems, change }: BoundsProps) {
  return (
    <div className="form-pair">
      <FormField label="What a model may see">
        {(words) => (
          <select
            {...words}
            value={draft.access}
            onChange={(event) => change({ access: event.target.value })}
          >
            {ACCESS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <FormField label="Most MB one query may read" problem={problems.cap}>
        {(words) => (
          <input
            {...words}
            type="number"
            min="1"
            step="1"
            inputMode="numeric"
            value={draft.cap}
            onChange={(event) => change({ cap: event.target.value })}
          />
        )}
      </FormField>
    </div>
  );
}
