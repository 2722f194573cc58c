import { useEffect } from "react";
import { DashboardPane } from "./DashboardPane";
import { readPanel } from "./panels";
import { fetchViewCode } from "./ViewContent";

export function DashboardPage({ slug, url }: { slug: string; url: URL }) {
  const drawn = readPanel(url) === null;
  useEffect(() => {
    if (drawn) void fetchViewCode();
  }, [drawn]);
  return (
    <main id="main" className="page">
      <DashboardPane slug={slug} revision={null} url={url} />
    </main>
  );
}
