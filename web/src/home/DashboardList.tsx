import type { ReactNode } from "react";
import type { DashboardEntry } from "../api/types";
import { Trouble } from "../catalog/Trouble";
import { quoted } from "../format/quoted";
import { count } from "../format/text";
import { Icon } from "../shell/Icon";
import { Link } from "../shell/Link";
import { go } from "../shell/location";
import { DashboardRow } from "./DashboardRow";
import { arrange, type Listing, SORTS, type Sort, withListing } from "./listing";
import { useDashboards } from "./queries";

const FIRST_FEW = 6;

/** The last few dashboards, for the start page; nothing at all before the first one. */
export function DashboardList() {
  const { data, isError, error, isPending, refetch } = useDashboards();
  const newest = arrange(data ?? [], { query: "", sort: "updated" });
  if (isError)
    return <Trouble title="The list could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (data && data.length === 0) return null;
  return (
    <section className="library" aria-labelledby="library-title">
      <div className="library-head">
        <h2 id="library-title">Recent dashboards</h2>
        <Link className="text-button" href="/dashboards">
          {newest.length > FIRST_FEW ? `All ${newest.length}` : "All dashboards"}
          <Icon name="chevron" size={14} />
        </Link>
      </div>
      {isPending ? (
        <Bones rows={3} />
      ) : (
        <Rows entries={newest.slice(0, FIRST_FEW)} label="Recent dashboards" />
      )}
    </section>
  );
}

/** Every dashboard: searched and ordered as the address says, drafts apart. */
export function FullList({ url, listing }: { url: URL; listing: Listing }) {
  const { data, isError, error, isPending, refetch } = useDashboards();
  if (isError)
    return <Trouble title="The list could not be loaded" error={error} onRetry={() => void refetch()} />;
  const found = arrange(data ?? [], listing);
  const kept = found.filter((entry) => !entry.draft);
  const drafts = found.filter((entry) => entry.draft);
  const change = (next: Partial<Listing>) => go(withListing(url, { ...listing, ...next }), "replace");
  const searching = listing.query.trim() !== "";
  return (
    <>
      {(isPending || (data && data.length > 0)) && <Tools listing={listing} onChange={change} />}
      <p className="hidden" role="status">
        {searching && data ? `${count(found.length, "dashboard")} found` : ""}
      </p>
      {isPending && <Bones rows={6} />}
      {data && data.length === 0 && <NoneYet />}
      {data && data.length > 0 && found.length === 0 && (
        <Empty title={`Nothing fits ${quoted(listing.query.trim().slice(0, 60))}`}>
          <p className="quiet">Titles, descriptions, addresses and owners were searched.</p>
          <button type="button" className="button" onClick={() => change({ query: "" })}>
            Show all {data.length}
          </button>
        </Empty>
      )}
      {kept.length > 0 && <Rows entries={kept} label="Dashboards" />}
      {drafts.length > 0 && (
        <section className="drafts" aria-labelledby="drafts-title">
          <h2 id="drafts-title">Drafts</h2>
          <p className="quiet">Made in conversations. Keep what is worth keeping.</p>
          <Rows entries={drafts} label="Drafts" />
        </section>
      )}
    </>
  );
}

function Tools({ listing, onChange }: { listing: Listing; onChange: (next: Partial<Listing>) => void }) {
  const searching = listing.query.trim() !== "";
  return (
    <search className="tools">
      <label className="search-field">
        <span className="hidden">Search dashboards</span>
        <Icon name="search" />
        <input
          type="search"
          value={listing.query}
          placeholder="Search"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ query: event.target.value })}
        />
      </label>
      <div className="sort-field">
        <label htmlFor="sort">Sort</label>
        <select
          id="sort"
          value={listing.sort ?? ""}
          onChange={(event) => onChange({ sort: (event.target.value || null) as Sort | null })}
        >
          <option value="">{searching ? "Best match" : SORTS.updated}</option>
          {Object.entries(SORTS)
            .filter(([sort]) => searching || sort !== "updated")
            .map(([sort, label]) => (
              <option key={sort} value={sort}>
                {label}
              </option>
            ))}
        </select>
      </div>
    </search>
  );
}

function Rows({ entries, label }: { entries: DashboardEntry[]; label: string }) {
  return (
    <ul className="rows" aria-label={label}>
      {entries.map((entry) => (
        <DashboardRow entry={entry} key={entry.slug} />
      ))}
    </ul>
  );
}

function Bones({ rows }: { rows: number }) {
  return (
    <ul className="rows" aria-hidden="true">
      {Array.from({ length: rows }, (_, n) => (
        <li className="row" key={n}>
          <span className="thumb bone" />
          <div className="row-main">
            <span className="bone line" />
            <span className="bone line long" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function NoneYet() {
  return (
    <Empty title="No dashboards yet">
      <p className="quiet">
        Ask a question in plain words. Dashbridge finds the tables, checks and prices its queries, and draws
        the answer as a dashboard that you can change by asking on.
      </p>
      <ol className="steps">
        <li>Ask, for instance “How many orders were there each month?”</li>
        <li>Read the draft, and ask for changes beside it</li>
        <li>Keep it: the team finds it here</li>
      </ol>
      <Link className="button primary" href="/">
        Ask the first question
      </Link>
    </Empty>
  );
}

function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
