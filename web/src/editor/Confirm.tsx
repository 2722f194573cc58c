import type { ReactNode } from "react";
import { Dialog } from "../dashboard/Dialog";

interface ConfirmProps {
  title: string;
  children: ReactNode;
  actions: { label: string; primary?: boolean; disabled?: boolean; run: () => void }[];
  onClose: () => void;
}

/** Asks before something is done. */
export function Confirm({ title, children, actions, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="confirm-words">{children}</div>
      <div className="dialog-actions">
        {actions.map(({ label, primary = false, disabled = false, run }) => (
          <button
            key={label}
            type="button"
            className={primary ? "button primary" : "button"}
            disabled={disabled}
            onClick={run}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
