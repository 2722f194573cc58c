import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { useTitle } from "../shell/useArrival";
import { FullList } from "./DashboardList";
import { readListing } from "./listing";

export function DashboardsPage({ url }: { url: URL }) {
  useTitle("Dashboards");
  return (
    <main id="main" className="page narrow">
      <header className="page-head">
        <h1>Dashboards</h1>
        <Link className="button primary" href="/">
          <Icon name="plus" /> New question
        </Link>
      </header>
      <FullList url={url} listing={readListing(url.searchParams)} />
    </main>
  );
}
