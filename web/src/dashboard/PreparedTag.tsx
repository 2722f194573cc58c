import { lazy, Suspense } from "react";
import { useSeenSaved } from "./saves";

const Prepared = lazy(() => import("./Prepared"));

/** Nothing but after a save that this tab saw: a reader's page asks for nothing more. */
export function PreparedTag({ slug, revision }: { slug: string; revision: number }) {
  if (!useSeenSaved(slug, revision)) return null;
  return (
    <Suspense>
      <Prepared slug={slug} revision={revision} />
    </Suspense>
  );
}
