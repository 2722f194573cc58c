import type { Me } from "../api/types";
import { Icon, Mark } from "./Icon";
import { Link } from "./Link";
import { chooseTheme, useTheme } from "./theme";

export function Header({ me, onSignOut }: { me: Me; onSignOut: () => void }) {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="header">
      <Link className="brand" href="/" aria-label="Dashbridge, start page">
        <Mark />
        <span>Dashbridge</span>
      </Link>
      <div className="header-end">
        <button
          type="button"
          className="icon-button"
          onClick={() => chooseTheme(other)}
          aria-label={`Use the ${other} theme`}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
        <details className="menu">
          <summary aria-label={`Account of ${me.name}`}>
            <span className="avatar" aria-hidden="true">
              {me.name.slice(0, 1).toUpperCase()}
            </span>
          </summary>
          <div className="menu-panel">
            <p className="menu-name">{me.name}</p>
            <p className="quiet">{me.role}</p>
            <button type="button" className="button" onClick={onSignOut}>
              Sign out
            </button>
          </div>
        </details>
      </div>
    </header>
  );
}
