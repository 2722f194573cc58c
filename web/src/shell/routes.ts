export type Route =
  | { page: "home" }
  | { page: "chat"; session: string }
  | { page: "dashboards" }
  | { page: "dashboard"; slug: string }
  | { page: "connections" }
  | { page: "connection"; id: string }
  | { page: "table"; id: string; dataset: string; table: string }
  | { page: "costs" }
  | { page: "missing" };

/** The page that a path leads to. */
export function readRoute(pathname: string): Route {
  const [first, ...rest] = pathname.replace(/\/$/, "").split("/").slice(1).map(decodePart);
  if (first === undefined || first === "") return rest.length === 0 ? { page: "home" } : { page: "missing" };
  if (rest.includes("")) return { page: "missing" };
  const [one, two, three] = rest;
  if (first === "dashboards" && one === undefined) return { page: "dashboards" };
  if (first === "d" && one !== undefined && two === undefined) return { page: "dashboard", slug: one };
  if (first === "chat" && one !== undefined && two === undefined) return { page: "chat", session: one };
  if (first === "costs" && one === undefined) return { page: "costs" };
  if (first !== "connections") return { page: "missing" };
  if (one === undefined) return { page: "connections" };
  if (two === undefined) return { page: "connection", id: one };
  if (three === undefined || rest.length > 3) return { page: "missing" };
  return { page: "table", id: one, dataset: two, table: three };
}

/** What stays the same page while its address changes: a question that becomes a session does not leave the page. */
export function pageKey(route: Route): string {
  if (route.page === "chat") return "home";
  if (route.page === "dashboard") return `dashboard ${route.slug}`;
  if (route.page === "connection") return `connection ${route.id}`;
  if (route.page === "table") return ["table", route.id, route.dataset, route.table].join(" ");
  return route.page;
}

const path = (...parts: string[]) => `/${parts.map(encodeURIComponent).join("/")}`;

export const to = {
  dashboard: (slug: string) => path("d", slug),
  chat: (session: string) => path("chat", session),
  connection: (id: string) => path("connections", id),
  table: (id: string, dataset: string, table: string) => path("connections", id, dataset, table),
  /** The start page with a question written, not yet asked; `connection` is the name of what it is about. */
  ask: (question: string, connection?: string) =>
    `/?${new URLSearchParams({ ask: question, ...(connection !== undefined && { connection }) })}`,
};

export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
