import type { DashboardEntry } from "../api/types";
import { useDashboards } from "../dashboard/queries";
import { ViewGlyph } from "../dashboard/ViewGlyph";
import { moment } from "../format/text";
import { Link } from "../shell/Link";

/** The team's dashboards; drafts of a conversation stand apart until someone keeps them. */
export function DashboardList() {
  const { data, isError, error, isPending } = useDashboards();
  const all = data?.dashboards ?? [];
  const kept = all.filter((entry) => !entry.draft);
  const drafts = all.filter((entry) => entry.draft);
  return (
    <section className="library" aria-labelledby="library-title">
      <h2 id="library-title">Dashboards</h2>
      {isError && (
        <p className="problem" role="alert">
          {error.message}
        </p>
      )}
      {isPending && (
        <div className="tiles" aria-hidden="true">
          {[1, 2, 3].map((n) => (
            <div className="tile bone" key={n} />
          ))}
        </div>
      )}
      {data && all.length === 0 && <p className="quiet">None yet. The first question you ask makes one.</p>}
      <Tiles entries={kept} />
      {drafts.length > 0 && (
        <>
          <h3>Drafts from conversations</h3>
          <Tiles entries={drafts} />
        </>
      )}
    </section>
  );
}

function Tiles({ entries }: { entries: DashboardEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <ul className="tiles">
      {entries.map((entry) => (
        <li key={entry.slug}>
          <Link className="tile" href={`/d/${encodeURIComponent(entry.slug)}`}>
            <span className="glyphs" aria-hidden="true">
              {entry.view_types.slice(0, 6).map((type, index) => (
                <ViewGlyph type={type} key={index} />
              ))}
            </span>
            <span className="tile-title" dir="auto">
              {entry.title}
            </span>
            {entry.description && (
              <span className="tile-text" dir="auto">
                {entry.description}
              </span>
            )}
            <span className="tile-facts num">
              <span>{entry.owner ?? "—"}</span>
              <span>{moment(entry.updated_at)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
