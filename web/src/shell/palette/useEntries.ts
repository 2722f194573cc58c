import { useMemo } from "react";
import { usePlaces } from "../../catalog/queries";
import { useDashboards } from "../../home/queries";
import { go } from "../location";
import { useMay } from "../me";
import { to } from "../routes";
import { chooseTheme, useTheme } from "../theme";
import type { Entry } from "./entries";

/** Everything the palette knows: dashboards, connections, tables and actions. */
export function useEntries(open: boolean, onSignOut: () => void): Entry[] {
  const browse = useMay("browse");
  const ask = useMay("chat");
  const dashboards = useDashboards(open).data;
  const places = usePlaces(open && browse).data;
  const theme = useTheme();
  return useMemo(() => {
    const other = theme === "dark" ? "light" : "dark";
    const action = (title: string, also: string, run: () => void): Entry => ({
      id: `action ${title}`,
      group: "Actions",
      title,
      also,
      run,
    });
    const known = new Map((places ?? []).map(({ connection }) => [connection.id, connection]));
    return [
      ...(dashboards ?? []).map((it) => ({
        id: `dashboard ${it.slug}`,
        group: "Dashboards",
        title: it.title,
        note: it.draft ? "Draft" : (it.description ?? undefined),
        also: it.slug,
        run: () => go(to.dashboard(it.slug)),
      })),
      ...(places ?? []).map(({ connection, dataset, table }) => ({
        id: `table ${table.id}`,
        group: "Tables",
        title: table.name,
        note: `${connection.name} · ${dataset.name}`,
        run: () => go(to.table(connection.id, dataset.name, table.name)),
      })),
      ...[...known.values()].map((it) => ({
        id: `connection ${it.id}`,
        group: "Connections",
        title: it.name,
        note: it.kind,
        run: () => go(to.connection(it.id)),
      })),
      ...(ask ? [action("New question", "ask chat start", () => go("/"))] : []),
      action("All dashboards", "list library", () => go("/dashboards")),
      ...(browse ? [action("All connections", "data catalog upload", () => go("/connections"))] : []),
      ...(browse ? [action("Costs", "price budget money bytes ledger spend", () => go("/costs"))] : []),
      action(`Use the ${other} theme`, "toggle light dark mode appearance", () => chooseTheme(other)),
      action("Sign out", "log out leave", onSignOut),
    ];
  }, [dashboards, places, theme, browse, ask, onSignOut]);
}
