import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { ApiError } from "../api/client";
import type { Me } from "../api/types";
import { ConnectionPage } from "../catalog/ConnectionPage";
import { ConnectionsPage } from "../catalog/ConnectionsPage";
import { TablePage } from "../catalog/TablePage";
import { HomePage } from "../chat/HomePage";
import { DashboardPage } from "../dashboard/DashboardPage";
import { DashboardsPage } from "../home/DashboardsPage";
import { Header } from "./Header";
import { useUrl } from "./location";
import { MeContext } from "./me";
import { Notice } from "./Notice";
import { Palette } from "./palette/Palette";
import { opensPalette } from "./palette/shortcut";
import { ReachBanner } from "./ReachBanner";
import { useReach, useReachWatch } from "./reach";
import { pageKey, type Route, readRoute } from "./routes";
import { SignIn } from "./SignIn";
import { useSession } from "./session";
import { ToastPlace } from "./ToastPlace";
import { useArrival, useTitle } from "./useArrival";

const CostsPage = lazy(() => import("../costs/CostsPage"));

export function App() {
  const { session, signIn, signOut, retry } = useSession();
  useReachWatch(useQueryClient());

  if (session.state === "asking") return <div className="app" aria-busy="true" />;
  if (session.state === "out")
    return <SignIn problem={session.problem} why={session.why} onSignIn={signIn} />;
  if (session.state === "unreachable") return <Unreachable problem={session.problem} onRetry={retry} />;
  return (
    <MeContext value={session.me}>
      <Inside me={session.me} onSignOut={signOut} />
    </MeContext>
  );
}

function Inside({ me, onSignOut }: { me: Me; onSignOut: () => void }) {
  const [finding, setFinding] = useState(false);
  const url = useUrl();
  const route = readRoute(url.pathname);
  useArrival(pageKey(route));
  useTitle(route.page === "home" ? "" : null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!opensPalette(event)) return;
      event.preventDefault();
      setFinding((open) => !open);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header me={me} route={route} onSearch={() => setFinding(true)} onSignOut={onSignOut} />
      <ReachBanner />
      {pageOf(route, url)}
      <ToastPlace />
      <Palette open={finding} onClose={() => setFinding(false)} onSignOut={onSignOut} />
    </div>
  );
}

function pageOf(route: Route, url: URL): ReactNode {
  switch (route.page) {
    case "home":
    case "chat":
      return <HomePage key="home" url={url} session={route.page === "chat" ? route.session : null} />;
    case "dashboards":
      return <DashboardsPage url={url} />;
    case "dashboard":
      return <DashboardPage key={route.slug} slug={route.slug} url={url} />;
    case "connections":
      return <ConnectionsPage />;
    case "costs":
      return (
        <Suspense fallback={<main id="main" className="page narrow" aria-busy="true" />}>
          <CostsPage />
        </Suspense>
      );
    case "connection":
      return <ConnectionPage key={route.id} id={route.id} />;
    case "table":
      return <TablePage key={pageKey(route)} {...route} />;
    default:
      return <Missing path={url.pathname} />;
  }
}

function Missing({ path }: { path: string }) {
  useTitle("Nothing here");
  return (
    <main id="main" className="centre">
      <Notice
        title="Nothing here"
        message={`The address ${path.slice(0, 80)} does not lead to a page.`}
        hint="It may be misspelt, or what it led to may have been renamed or deleted."
        link={{ label: "All dashboards", href: "/dashboards" }}
      />
    </main>
  );
}

/** The server does not answer, or cannot; the page goes on by itself once it does. */
function Unreachable({ problem, onRetry }: { problem: ApiError; onRetry: () => Promise<void> }) {
  const reach = useReach();
  const retry = () => void onRetry();
  useTitle("");
  useEffect(() => {
    if (problem.status === 0 && reach === "reached") void onRetry();
  }, [problem, reach, onRetry]);
  return (
    <main className="centre lone">
      <Notice
        title="Dashbridge did not answer"
        message={problem.message}
        hint={problem.hint}
        action={{ label: "Try again", run: retry }}
      />
    </main>
  );
}
