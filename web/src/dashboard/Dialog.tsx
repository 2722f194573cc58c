import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "../shell/Icon";

interface DialogProps {
  title: string;
  /** `full` fills the window. */
  size?: "full" | "wide";
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that is open as long as it is there; the focus comes back to where it was. */
export function Dialog({ title, size, actions, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      data-size={size}
      aria-labelledby={id}
      // Told late: a dialog may be open again by then, as under React's strict mode.
      onClose={({ currentTarget }) => !currentTarget.open && onClose()}
    >
      <div className="sheet-head">
        <h2 id={id} dir="auto">
          {title}
        </h2>
        {actions}
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
