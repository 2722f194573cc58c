import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "../dashboard/Dialog";
import { go } from "../shell/location";
import { tell } from "../shell/toast";
import { forgetCatalog, removeConnection } from "./queries";
import { InlineTrouble } from "./Trouble";
import type { Connection } from "./types";

/** Forgetting a connection cannot be undone, so it is asked twice. */
export function RemoveConnection({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeConnection(connection.id),
    onSuccess: async () => {
      onClose();
      go("/connections");
      tell({ text: `${connection.name} is removed.` });
      await forgetCatalog(client);
    },
  });
  return (
    <Dialog title={`Remove ${connection.name}?`} onClose={onClose}>
      <p>
        Dashbridge forgets the connection and what it knows of its tables. The data itself is not touched.
        Dashboards on it stay, and show no numbers until a connection of this name is back.
      </p>
      {remove.isError && <InlineTrouble error={remove.error} />}
      <div className="form-end">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {remove.isPending ? "Removing…" : "Remove"}
        </button>
      </div>
    </Dialog>
  );
}
