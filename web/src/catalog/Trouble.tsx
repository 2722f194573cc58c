import type { ReactNode } from "react";
import { ApiError } from "../api/client";
import { sentence } from "./sentence";

interface TroubleProps {
  title: string;
  error: Error;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}

/** What could not be read, why, and what to do. */
export function Trouble({ title, error, onRetry, children }: TroubleProps) {
  return (
    <div className="empty" role="alert">
      <h2>{title}</h2>
      <p className="problem" dir="auto">
        {sentence(error.message)}
      </p>
      {error instanceof ApiError && error.hint && <p className="quiet">{sentence(error.hint)}</p>}
      <div className="empty-actions">
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {children}
      </div>
    </div>
  );
}

/** The same beside a button or under a form. */
export function InlineTrouble({ error }: { error: Error }) {
  return (
    <p className="trouble" role="alert">
      <span className="problem">{sentence(error.message)}</span>{" "}
      {error instanceof ApiError && error.hint && <span className="quiet">{sentence(error.hint)}</span>}
    </p>
  );
}
