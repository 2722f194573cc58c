import type { QueryClient } from "@tanstack/react-query";
import { readPanel } from "../dashboard/panels";
import { askAhead } from "../dashboard/queries";
import { fetchViewCode } from "../dashboard/ViewContent";
import { readChosen } from "../inputs/params";
import { readSignIn } from "./location";
import { readRoute } from "./routes";
import { begin } from "./session";

/**
 * Asks for what the address shows before anything is rendered: what comes at once is then rendered once, whole.
 * Settled when all has come, well or not.
 */
export async function openAhead(queries: QueryClient, url: URL): Promise<void> {
  const route = readRoute(url.pathname);
  if (route.page !== "dashboard" || readPanel(url) !== null) return void (await begin());
  const known = isSignedIn() && readSignIn(url.href).token === null;
  const asked = known ? askAhead(queries, route.slug, readChosen(url.searchParams)) : null;
  await Promise.all([fetchViewCode(), begin(), asked]);
}

/** The server's links at the head of the page name who asks only where the browser holds a session. */
function isSignedIn(): boolean {
  return document.head.querySelector('link[rel="preload"][href="/v1/me"]') !== null;
}
