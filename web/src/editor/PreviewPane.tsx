import { Grid, GridSkeleton } from "../dashboard/Grid";
import { FilterBar } from "../inputs/FilterBar";
import type { Choose } from "../inputs/inputs";
import { type Chosen, withChosen } from "../inputs/params";
import { go, here } from "../shell/location";
import type { Check } from "./useCheck";

interface PreviewPaneProps {
  check: Check;
  chosen: Chosen;
  onRetry: () => void;
}

/** The page as it would be if the file were saved; while the file is broken, the last one that could be drawn. */
export function PreviewPane({ check, chosen, onRetry }: PreviewPaneProps) {
  const { preview, state } = check;
  const note = noteOf(check);
  const stale = state === "broken" || state === "failed";
  return (
    <div className="preview" data-state={state} aria-busy={state === "checking"}>
      {note !== null && (
        <p className="preview-note" data-tone={state}>
          {note}
          {state === "failed" && (
            <button type="button" className="text-button" onClick={onRetry}>
              Check again
            </button>
          )}
        </p>
      )}
      {preview ? (
        <div className="preview-page" role="group" aria-label="Preview" aria-disabled={stale} inert={stale}>
          <div className="preview-head">
            <h2 dir="auto">{preview.page.title}</h2>
            {preview.page.description && (
              <p className="quiet" dir="auto">
                {preview.page.description}
              </p>
            )}
          </div>
          <FilterBar
            specs={preview.page.inputs}
            states={preview.data?.inputs ?? {}}
            chosen={chosen}
            today={preview.page.today}
            onChoose={choose}
          />
          <Grid
            page={preview.page}
            answer={preview.data}
            failure={preview.data ? null : NO_DATA}
            refreshing={check.redrawing}
            chosen={chosen}
            onChoose={choose}
          />
        </div>
      ) : (
        state === "checking" && <GridSkeleton />
      )}
    </div>
  );
}

const NO_DATA = new Error("The warehouse did not answer, so there is no data to preview.");

function noteOf({ state, preview, failure }: Check): string | null {
  if (state === "failed") return `The file could not be checked. ${failure?.message ?? ""}`;
  if (state !== "broken") return null;
  return preview
    ? "The last version without problems"
    : "The preview appears as soon as the file has no problems";
}

const choose: Choose = (name, values, passing = false) => {
  if (passing) return;
  const now = here();
  const query = withChosen(now.searchParams, name, values).toString();
  go(now.pathname + (query === "" ? "" : `?${query}`), "replace");
};
