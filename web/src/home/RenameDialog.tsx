import { type FormEvent, useId, useState } from "react";
import type { DashboardEntry } from "../api/types";
import { InlineTrouble } from "../catalog/Trouble";
import { Dialog } from "../dashboard/Dialog";
import { quoted } from "../format/quoted";
import { tell } from "../shell/toast";
import { useRename } from "./actions";
import { isSlug } from "./title";

/** Another title, or another address: the file and its history stay. */
export function RenameDialog({ entry, onClose }: { entry: DashboardEntry; onClose: () => void }) {
  const [title, setTitle] = useState(entry.title);
  const [slug, setSlug] = useState(entry.slug);
  const id = useId();
  const rename = useRename(entry, (to) => {
    tell({
      text: `${quoted(entry.title)} is now ${quoted(to.title)}${to.slug === entry.slug ? "" : `, at /d/${to.slug}`}.`,
    });
    onClose();
  });
  const named = title.trim() !== "";
  const changed = title.trim() !== entry.title || slug !== entry.slug;
  const fits = isSlug(slug);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (named && fits && changed && !rename.isPending) rename.mutate({ title: title.trim(), slug });
  };
  return (
    <Dialog title="Rename the dashboard" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label htmlFor={`${id}-title`}>Title</label>
        <input
          id={`${id}-title`}
          value={title}
          maxLength={200}
          dir="auto"
          autoComplete="off"
          aria-invalid={!named}
          onChange={(event) => setTitle(event.target.value)}
        />
        <label htmlFor={`${id}-slug`}>Address</label>
        <div className="affixed">
          <span aria-hidden="true">/d/</span>
          <input
            id={`${id}-slug`}
            value={slug}
            maxLength={63}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            aria-invalid={!fits}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setSlug(event.target.value.toLowerCase().replace(/[\s_]/g, "-"))}
          />
        </div>
        <p className="form-hint" id={`${id}-hint`} data-bad={!fits || undefined}>
          {fits && slug !== entry.slug
            ? "Links to the old address will no longer lead here."
            : "a–z, 0–9 and hyphens, at most 63 characters."}
        </p>
        {rename.isError && <InlineTrouble error={rename.error} />}
        <div className="form-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={!named || !fits || !changed || rename.isPending}
          >
            {rename.isPending ? "Saving…" : "Rename"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
