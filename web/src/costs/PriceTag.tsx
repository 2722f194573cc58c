import { refreshWords } from "./price";
import { useDashboardCost } from "./queries";

interface PriceTagProps {
  slug: string;
  revision: number;
  /** The chosen inputs, as a query. */
  query: string;
  ready: boolean;
}

/** What a refresh of the dashboard reads at most, in a quiet line; nothing where that is not known. */
export function PriceTag({ slug, revision, query, ready }: PriceTagProps) {
  const cost = useDashboardCost(slug, revision, query, ready).data;
  if (!cost) return null;
  return (
    <span className="num" data-price title={TOLD}>
      {refreshWords(cost)}
    </span>
  );
}

const TOLD = "An upper bound from a dry run: clustered tables and cached results make the bill smaller";
