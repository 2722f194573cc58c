import { memo, useCallback } from "react";
import type { ViewSpec } from "../api/types";
import { pick } from "../dashboard/Grid";
import { ViewCard } from "../dashboard/ViewCard";
import type { Preview } from "../editor/useCheck";
import type { Inputs } from "../inputs/inputs";
import type { FileView } from "./file";
import { units } from "./grid";

interface FaceProps {
  name: string;
  /** As the server compiled it; none yet for a view that was just added. */
  view: ViewSpec | undefined;
  written: FileView | undefined;
  theme: string | null;
  preview: Preview | null;
  failure: Error | null;
  inputs: Inputs;
  /** Told how many units high the card would be by itself. */
  onTall: ((view: string, h: number) => void) | null;
}

const nothing = () => undefined;

/** The view as the page shows it, not to be used: only looked at, taken and moved. */
export const Face = memo(function Face({
  name,
  view,
  written,
  theme,
  preview,
  failure,
  inputs,
  onTall,
}: FaceProps) {
  const measure = useCallback(
    (element: HTMLElement | null) => {
      const card = element?.firstElementChild;
      if (!card || !onTall) return;
      const observer = new ResizeObserver(() => onTall(name, units(card.getBoundingClientRect().height)));
      observer.observe(card);
      return () => observer.disconnect();
    },
    [name, onTall],
  );
  return (
    <div className="edit-face" inert ref={measure} data-natural={onTall !== null}>
      {view && view.type === written?.type ? (
        <ViewCard
          name={name}
          view={view}
          theme={theme}
          insight={pick(preview?.data ?? null, failure, view)}
          refreshing={false}
          inputs={inputs}
          onChoose={nothing}
        />
      ) : (
        <section className="card">
          <h2 className="card-title" dir="auto">
            {written?.title ?? name}
          </h2>
          <div className="card-body">
            <div className="bone fill" />
          </div>
        </section>
      )}
    </div>
  );
});
