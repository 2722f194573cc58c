import { useEffect, useState } from "react";

const SLOW_MS = 2_000;

/** A place for what is on its way, of its size; says so in words when it takes long. */
export function Loading() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-label={slow ? undefined : "Loading"}>
      <div className="bone fill" />
      {slow && <p className="quiet">Still computing…</p>}
    </div>
  );
}
