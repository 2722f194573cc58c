import { useEffect, useState } from "react";
import type { WarmProgress } from "../api/types";
import { followPrepared, preparedWords } from "./prepared";

/** After a save, in a quiet line: how far the server is with the data that readers will ask for. */
export default function Prepared({ slug, revision }: { slug: string; revision: number }) {
  const [progress, setProgress] = useState<WarmProgress | null>(null);
  useEffect(() => {
    setProgress(null);
    const leaving = new AbortController();
    const tell = (told: WarmProgress) => told.revision >= revision && setProgress(told);
    void followPrepared(slug, leaving.signal, tell).then(
      (ended) => ended || leaving.signal.aborted || setProgress(null),
    );
    return () => leaving.abort();
  }, [slug, revision]);
  const words = progress && preparedWords(progress);
  return (
    <span className="prepared" data-prepared={progress?.state} title={words?.seen}>
      <span aria-hidden="true">{words?.seen}</span>
      <span className="hidden" role="status">
        {words?.heard}
      </span>
    </span>
  );
}
