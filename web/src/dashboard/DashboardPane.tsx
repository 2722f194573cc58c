import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from "react";
import { ApiError, post } from "../api/client";
import type { DashboardPageSpec } from "../api/types";
import { readOverBudget } from "../costs/overBudget";
import { PriceTag } from "../costs/PriceTag";
import { UndoKey } from "../editor/UndoKey";
import { useEngine, useLocalAnswers } from "../engine/useLocalAnswers";
import { FilterBar } from "../inputs/FilterBar";
import type { Choose } from "../inputs/inputs";
import { chosenQuery, readChosen, withChosen } from "../inputs/params";
import { Icon, type IconName } from "../shell/Icon";
import { Link } from "../shell/Link";
import { go, here } from "../shell/location";
import { useMay } from "../shell/me";
import { Notice } from "../shell/Notice";
import { freshnessOf } from "./freshness";
import { Grid, GridSkeleton } from "./Grid";
import { PreparedTag } from "./PreparedTag";
import { Since } from "./Provenance";
import { Panel, type PanelName, panelPath, readPanel, useClosedPanel } from "./panels";
import { computedHere, useData, usePage } from "./queries";

const OverBudgetNote = lazy(() => import("../costs/OverBudgetNote"));

interface Opened {
  page: DashboardPageSpec;
  embedded: boolean;
}

interface PaneProps {
  slug: string;
  /** The revision the conversation saved; null for the newest. */
  revision: number | null;
  url: URL;
  embedded?: boolean;
}

/** A dashboard: its head, its inputs and its views. The chosen inputs live in the page's URL. */
export function DashboardPane({ slug, revision, url, embedded = false }: PaneProps) {
  const query = url.searchParams.toString();
  const chosen = useMemo(() => readChosen(new URLSearchParams(query)), [query]);
  const page = usePage(slug, revision);
  const local = useLocalAnswers(page.data);
  const panel = embedded ? null : readPanel(url);
  const wanted = page.isSuccess && panel === null;
  useClosedPanel(panel);
  const data = useData(slug, page.data?.revision ?? revision, chosen, wanted, local);
  const engine = useEngine(local, data.isPlaceholderData ? undefined : data.data, chosen);
  const settled = wanted && !data.isFetching;
  const title = page.data?.title;

  useEffect(() => {
    document.title = title && !embedded ? `${title} · Dashbridge` : "Dashbridge";
  }, [title, embedded]);

  const fresh = useMemo(() => freshnessOf(Object.values(data.data?.insights ?? {})), [data.data]);
  if (page.isError) return <PageProblem error={page.error} slug={slug} />;
  if (!page.data)
    return (
      <div className="dashboard" aria-busy="true">
        <div className="dashboard-head">
          <span className="bone title" />
        </div>
        <GridSkeleton />
      </div>
    );
  if (panel) return <Panel name={panel} page={page.data} />;
  const choose: Choose = (name, values, passing = false) => {
    const now = here();
    const next = withChosen(now.searchParams, name, values);
    if (passing && local?.plan(readChosen(next))?.there.length !== 0) return;
    const query = next.toString();
    go(now.pathname + (query === "" ? "" : `?${query}`), "replace");
  };
  return (
    <div
      className="dashboard"
      data-slug={slug}
      data-revision={page.data.revision}
      data-engine={engine}
      aria-busy={data.isFetching}
    >
      <Head page={page.data} embedded={embedded}>
        {fresh && (
          <span data-freshness>
            <Since computedAt={fresh.computedAt} />, {fresh.source}
          </span>
        )}
        <PriceTag
          slug={slug}
          revision={page.data.revision}
          query={chosenQuery(chosen)}
          shown={
            settled && !computedHere(data.data) ? Math.max(data.dataUpdatedAt, data.errorUpdatedAt) : null
          }
        />
      </Head>
      <FilterBar
        specs={page.data.inputs}
        states={data.data?.inputs ?? {}}
        chosen={chosen}
        today={page.data.today}
        onChoose={choose}
      />
      {data.error && (
        <DataProblem error={data.error} shown={!data.data} onRetry={() => void data.refetch()} />
      )}
      <Grid
        page={page.data}
        answer={data.data ?? null}
        failure={data.error}
        freshness={fresh}
        refreshing={data.isPlaceholderData}
        chosen={chosen}
        onChoose={choose}
        pointed={url.searchParams.get("view")}
        onRetry={() => void data.refetch()}
      />
    </div>
  );
}

function Head({ page, embedded, children }: Opened & { children: ReactNode }) {
  return (
    <header className="dashboard-head">
      <div className="dashboard-title">
        <h1 dir="auto">{page.title}</h1>
        {page.description && (
          <p className="lede" dir="auto">
            {page.description}
          </p>
        )}
        <p className="quiet facts">
          {page.draft && <span>Draft</span>}
          <span>{page.connection}</span>
          <span className="num">revision {page.revision}</span>
          {children}
          <PreparedTag slug={page.slug} revision={page.revision} />
        </p>
      </div>
      <Actions page={page} embedded={embedded} />
    </header>
  );
}

function Actions({ page, embedded }: Opened) {
  const [chats, edits] = [useMay("chat"), useMay("edit")];
  const { slug } = page;
  const link = (label: string, icon: IconName, href: string, panel?: PanelName) => (
    <Link className="button" href={href} data-panel={panel}>
      <Icon name={icon} /> {label}
    </Link>
  );
  return (
    <div className="actions">
      {page.draft && edits && <KeepButton slug={slug} />}
      {!embedded && edits && link("Edit", "pencil", panelPath(slug, "edit"), "edit")}
      {link("YAML", "code", panelPath(slug, "yaml"), "yaml")}
      {!embedded && link("History", "history", panelPath(slug, "history"), "history")}
      {embedded && link("Open", "open", panelPath(slug, null))}
      {!embedded && chats && link("Ask", "chat", `/?dashboard=${encodeURIComponent(slug)}`)}
      {edits && !embedded && <UndoKey slug={slug} />}
    </div>
  );
}

/** A conversation saves a draft; keeping it puts it among the team's dashboards. */
function KeepButton({ slug }: { slug: string }) {
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => post(`/v1/dashboards/${encodeURIComponent(slug)}/keep`),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["page", slug] }),
        queries.invalidateQueries({ queryKey: ["dashboards"] }),
      ]),
  });
  return (
    <button type="button" className="button primary" disabled={keep.isPending} onClick={() => keep.mutate()}>
      {keep.isError ? "Try again" : "Keep"}
    </button>
  );
}

/** The data did not come: what is shown, if anything, is from before. `shown`: each view says why itself. */
function DataProblem({ error, shown, onRetry }: { error: Error; shown: boolean; onRetry: () => void }) {
  const over = error instanceof ApiError ? readOverBudget(error.code, error.details) : null;
  if (over)
    return shown ? null : (
      <div className="data-problem">
        <Suspense>
          <OverBudgetNote over={over} onRetry={onRetry} />
        </Suspense>
      </div>
    );
  return (
    <div className="data-problem" role="alert">
      <p>
        {error.message} {error instanceof ApiError && error.hint}
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function PageProblem({ error, slug }: { error: Error; slug: string }) {
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className="centre">
      <Notice
        title={missing ? "No such dashboard" : "The dashboard could not be opened"}
        message={missing ? `There is no dashboard “${slug}” in your team.` : error.message}
        hint={error instanceof ApiError ? error.hint : null}
        link={{ label: "All dashboards", href: "/" }}
      />
    </div>
  );
}
