import { useEffect, useState } from "react";

const SAID_MS = 2_500;

/** A word that stands for a moment. */
export function useSaid(): [string | null, (word: string) => void] {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}
