import { useEffect, useState } from "react";
import { refreshWords } from "./price";
import { useDashboardCost } from "./queries";

interface PriceTagProps {
  slug: string;
  revision: number;
  /** The chosen inputs, as a query. */
  query: string;
  /** When the data shown came; null while other data is on its way. */
  shown: number | null;
}

const TOLD = "An upper bound from a dry run: clustered tables and cached results make the bill smaller";
const REST_MS = 700;

/** What a refresh of the dashboard reads at most, in a quiet line; nothing where that is not known. */
export function PriceTag({ slug, revision, query, shown }: PriceTagProps) {
  const asked = useRested(shown === null ? null : `${query}#${shown}`);
  const cost = useDashboardCost(slug, revision, asked).data;
  if (!cost) return null;
  return (
    <span className="num" data-price title={TOLD}>
      {refreshWords(cost)}
    </span>
  );
}

/** The value once it has stood for a moment: while someone drags an input, nothing is asked. */
function useRested(value: string | null): string | null {
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
