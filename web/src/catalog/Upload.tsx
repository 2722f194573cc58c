import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, type FormEvent, useEffect, useId, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { bytes, count } from "../format/text";
import { Icon } from "../shell/Icon";
import { go } from "../shell/location";
import { to } from "../shell/routes";
import { tell } from "../shell/toast";
import { InlineTrouble } from "./Trouble";
import { contentTypeOf, tableNameOf } from "./uploadFile";
import { useUpload } from "./useUpload";

const NOT_A_TABLE = new ApiError(
  0,
  "not_a_table",
  "Only CSV and Parquet files can be uploaded.",
  "Save a spreadsheet as CSV first. The file’s name must end in .csv or .parquet.",
);

/** A file becomes a table of the team: dropped here or picked, named, sent. */
export function Upload() {
  const [file, setFile] = useState<File | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();

  const take = (taken: File | undefined) => {
    if (!taken) return;
    const fits = contentTypeOf(taken.name) !== null;
    setFile(fits ? taken : null);
    setRefused(fits ? null : NOT_A_TABLE);
    if (picker.current) picker.current.value = "";
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section className="upload" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Upload a file</h2>
      {file ? (
        <Sending file={file} key={`${file.name} ${file.lastModified}`} onEnd={() => setFile(null)} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the other way to the picker's button inside
        <div
          className="drop"
          data-over={over}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <Icon name="upload" size={20} />
          <p>
            Drop a CSV or Parquet file here, or{" "}
            <button type="button" className="link-button" onClick={() => picker.current?.click()}>
              choose one
            </button>
          </p>
          <p className="quiet">It becomes a table that your team can ask about.</p>
          <input
            ref={picker}
            type="file"
            accept=".csv,.parquet,text/csv"
            className="hidden"
            tabIndex={-1}
            aria-label="File to upload"
            onChange={(event) => take(event.target.files?.[0])}
          />
        </div>
      )}
      {refused && <InlineTrouble error={refused} />}
    </section>
  );
}

function Sending({ file, onEnd }: { file: File; onEnd: () => void }) {
  const [table, setTable] = useState(() => tableNameOf(file.name));
  const id = useId();
  const client = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const upload = useUpload(client, ({ connection, dataset, table: made, rows }) => {
    tell({ text: `${made} is there, with ${count(rows, "row")}. Ask about it.` });
    onEnd();
    go(to.table(connection.id, dataset, made));
  });
  const taken = upload.error?.code === "table_exists";
  useEffect(() => field.current?.select(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (table.trim() !== "" && !upload.busy) upload.start(file, table.trim());
  };
  const share = Math.round((upload.share ?? 0) * 100);
  return (
    <form className="sending" onSubmit={submit}>
      <p className="sending-file">
        <Icon name="table" />
        <span dir="auto">{file.name}</span>
        <span className="quiet num">{bytes(file.size)}</span>
      </p>
      <label htmlFor={`${id}-table`}>Table name</label>
      <div className="sending-row">
        <input
          id={`${id}-table`}
          ref={field}
          value={table}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={upload.busy}
          onChange={(event) => setTable(event.target.value)}
        />
        <button type="submit" className="button primary" disabled={upload.busy || table.trim() === ""}>
          Upload
        </button>
        <button type="button" className="button" onClick={() => (upload.busy ? upload.stop() : onEnd())}>
          {upload.busy ? "Stop" : "Cancel"}
        </button>
      </div>
      {upload.busy && (
        <>
          <progress aria-label={`Uploading ${file.name}`} max={100} {...(share < 100 && { value: share })} />
          <p className="quiet num">{share < 100 ? `${share} % sent` : "Reading the file…"}</p>
        </>
      )}
      {upload.error && !taken && <InlineTrouble error={upload.error} />}
      {taken && (
        <>
          <p className="trouble problem" role="alert">
            There is a table of this name already. Give another name, or put this file in its place.
          </p>
          <button type="button" className="button" onClick={() => upload.start(file, table.trim(), true)}>
            Replace the table
          </button>
        </>
      )}
    </form>
  );
}
