import { HomePage } from "../chat/HomePage";
import { DashboardPage } from "../dashboard/DashboardPage";
import { Header } from "./Header";
import { useUrl } from "./location";
import { Notice } from "./Notice";
import { readRoute } from "./routes";
import { SignIn } from "./SignIn";
import { useSession } from "./session";

export function App() {
  const { session, signIn, signOut } = useSession();
  const url = useUrl();
  const route = readRoute(url.pathname);

  if (session.state === "asking") return <div className="app" aria-busy="true" />;
  if (session.state === "out") return <SignIn problem={session.problem} onSignIn={signIn} />;
  if (session.state === "unreachable")
    return (
      <main className="centre">
        <Notice
          title="Dashbridge did not answer"
          message={session.problem.message}
          hint={session.problem.hint}
          action={{ label: "Try again", run: () => window.location.reload() }}
        />
      </main>
    );
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header me={session.me} onSignOut={signOut} />
      {(route.page === "home" || route.page === "chat") && (
        <HomePage url={url} session={route.page === "chat" ? route.session : null} />
      )}
      {route.page === "dashboard" && <DashboardPage key={route.slug} slug={route.slug} url={url} />}
      {route.page === "missing" && (
        <main id="main" className="centre">
          <Notice
            title="Nothing here"
            message="This address does not lead to a page."
            link={{ label: "Ask a question", href: "/" }}
          />
        </main>
      )}
    </div>
  );
}
