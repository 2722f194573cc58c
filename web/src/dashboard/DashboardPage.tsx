import { DashboardPane } from "./DashboardPane";

export function DashboardPage({ slug, url }: { slug: string; url: URL }) {
  return (
    <main id="main" className="page">
      <DashboardPane slug={slug} revision={null} url={url} />
    </main>
  );
}
