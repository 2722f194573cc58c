import type { Me } from "../api/types";
import { Icon, Mark } from "./Icon";
import { Link } from "./Link";
import { Menu } from "./Menu";
import { may } from "./me";
import { SHORTCUT } from "./palette/shortcut";
import type { Route } from "./routes";
import { ThemeChoice } from "./ThemeChoice";
import { chooseTheme, useTheme } from "./theme";

interface HeaderProps {
  me: Me;
  route: Route;
  onSearch: () => void;
  onSignOut: () => void;
}

export function Header({ me, route, onSearch, onSignOut }: HeaderProps) {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="header">
      <Link className="brand" href="/" aria-label="Dashbridge, start page">
        <Mark />
        <span className="brand-name">Dashbridge</span>
      </Link>
      <Nav me={me} route={route} />
      <div className="header-end">
        <button type="button" className="find" onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
          <Icon name="search" />
          <span className="find-word">Search</span>
          <span className="kbd" aria-hidden="true">
            {SHORTCUT}
          </span>
        </button>
        <button
          type="button"
          className="icon-button theme-button"
          onClick={() => chooseTheme(other)}
          aria-label={`Use the ${other} theme`}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
        <Menu
          label={`Account of ${me.name}`}
          className="avatar"
          face={
            <span aria-hidden="true" dir="auto">
              {[...me.name][0]?.toUpperCase() ?? "?"}
            </span>
          }
        >
          {(close) => (
            <>
              <p className="menu-name" dir="auto">
                {me.name}
              </p>
              <p className="quiet">{me.role}</p>
              {may(me, "browse") && (
                <Link className="menu-item" href="/costs" onFollow={close}>
                  Costs
                </Link>
              )}
              <ThemeChoice />
              <button type="button" className="menu-item" onClick={onSignOut}>
                Sign out
              </button>
            </>
          )}
        </Menu>
      </div>
    </header>
  );
}

function Nav({ me, route }: { me: Me; route: Route }) {
  const asking = route.page === "home" || route.page === "chat";
  const reading = route.page === "dashboards" || route.page === "dashboard";
  const browsing = ["connections", "connection", "table"].includes(route.page);
  const places: [string, string, boolean][] = [
    ["/", "Ask", asking],
    ["/dashboards", "Dashboards", reading],
    ...(may(me, "browse") ? [["/connections", "Connections", browsing] as [string, string, boolean]] : []),
  ];
  return (
    <nav className="nav" aria-label="Main">
      {places.map(([href, label, here]) => (
        <Link key={href} href={href} aria-current={here ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
