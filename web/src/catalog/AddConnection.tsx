import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "../dashboard/Dialog";
import { go } from "../shell/location";
import { to } from "../shell/routes";
import { tell } from "../shell/toast";
import { addConnection, forgetCatalog } from "./queries";
import { InlineTrouble } from "./Trouble";

const MB = 1_000_000;
const NAME = /^[A-Za-z0-9_-]{1,63}$/;

/** What a model may see of the data. */
const ACCESS = [
  ["schema", "Names and types only"],
  ["aggregates", "Names, types and results of queries"],
  ["samples", "All of that, and sample values"],
] as const;

/** Adds a DuckDB file that lies in the team's folder on the server. */
export function AddConnection({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [path, setPath] = useState("");
  const [access, setAccess] = useState<string>("schema");
  const [cap, setCap] = useState("100");
  const id = useId();
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: addConnection,
    onSuccess: async (made) => {
      await forgetCatalog(client);
      tell({ text: `${made.name} is connected.` });
      onClose();
      go(to.connection(made.id));
    },
  });
  const named = NAME.test(name);
  const bytes = Math.round(Number(cap) * MB);
  const capped = Number.isFinite(bytes) && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER;
  const ready = named && path.trim() !== "" && capped;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !add.isPending)
      add.mutate({ name, path: path.trim(), ai_access: access, max_bytes_per_query: bytes });
  };
  return (
    <Dialog title="Add a DuckDB file" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          value={name}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="sales"
          aria-invalid={name !== "" && !named}
          aria-describedby={`${id}-name-hint`}
          onChange={(event) => setName(event.target.value)}
        />
        <p className="form-hint" id={`${id}-name-hint`} data-bad={(name !== "" && !named) || undefined}>
          Letters, digits, - and _. Dashboards refer to the connection by it.
        </p>
        <label htmlFor={`${id}-path`}>File</label>
        <input
          id={`${id}-path`}
          value={path}
          maxLength={500}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="sales.duckdb"
          aria-describedby={`${id}-path-hint`}
          onChange={(event) => setPath(event.target.value)}
        />
        <p className="form-hint" id={`${id}-path-hint`}>
          Its path inside your team’s DuckDB folder on the server. It is only ever read.
        </p>
        <div className="form-pair">
          <div>
            <label htmlFor={`${id}-access`}>What a model may see</label>
            <select id={`${id}-access`} value={access} onChange={(event) => setAccess(event.target.value)}>
              {ACCESS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-cap`}>Most MB one query may read</label>
            <input
              id={`${id}-cap`}
              type="number"
              min="1"
              step="1"
              inputMode="numeric"
              value={cap}
              aria-invalid={!capped}
              onChange={(event) => setCap(event.target.value)}
            />
          </div>
        </div>
        {add.isError && <InlineTrouble error={add.error} />}
        <div className="form-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!ready || add.isPending}>
            {add.isPending ? "Opening the file…" : "Connect"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
