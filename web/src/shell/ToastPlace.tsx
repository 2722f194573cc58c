import { useEffect, useState } from "react";
import { Icon } from "./Icon";
import { hush, useToast } from "./toast";

const STAYS_MS = 8_000;
/** Time enough to find the way back by keyboard or screen reader; hovering or focusing it stops the clock. */
const STAYS_WITH_ACTION_MS = 30_000;

/** Where messages appear; screen readers hear each. */
export function ToastPlace() {
  const toast = useToast();
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (!toast || held) return;
    const timer = setTimeout(() => hush(toast.id), toast.action ? STAYS_WITH_ACTION_MS : STAYS_MS);
    return () => clearTimeout(timer);
  }, [toast, held]);

  return (
    <div className="toasts" role="status">
      {toast && (
        <div
          key={toast.id}
          className="toast"
          data-bad={toast.bad || undefined}
          role="group"
          aria-label="Message"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span dir="auto">{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="text-button strong"
              onClick={() => {
                hush(toast.id);
                setHeld(false);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            className="icon-button small"
            aria-label="Close the message"
            onClick={() => {
              hush(toast.id);
              setHeld(false);
            }}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      )}
    </div>
  );
}
