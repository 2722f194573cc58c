import { Link } from "./Link";

interface NoticeProps {
  title: string;
  message: string;
  hint?: string | null | undefined;
  action?: { label: string; run: () => void };
  link?: { label: string; href: string };
}

/** What went wrong or is missing, and what to do about it. */
export function Notice({ title, message, hint, action, link }: NoticeProps) {
  return (
    <div className="notice" role="status">
      <h1>{title}</h1>
      <p>{message}</p>
      {hint && <p className="quiet">{hint}</p>}
      {action && (
        <button type="button" className="button" onClick={action.run}>
          {action.label}
        </button>
      )}
      {link && (
        <Link className="button" href={link.href}>
          {link.label}
        </Link>
      )}
    </div>
  );
}
