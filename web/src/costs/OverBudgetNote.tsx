import { useState } from "react";
import { bytes } from "../format/text";
import { useMay } from "../shell/me";
import { AllowOnce } from "./AllowOnce";
import type { OverBudget } from "./overBudget";
import { atMost, budgetWords } from "./price";
import "../styles/costs.css";

interface OverBudgetNoteProps {
  over: OverBudget;
  onRetry: (() => void) | undefined;
}

/** Which budget a plan would go over, and for an admin a way to let this very plan run once. */
export default function OverBudgetNote({ over, onRetry }: OverBudgetNoteProps) {
  const admin = useMay("override");
  const [asking, setAsking] = useState(false);
  return (
    <div className="card-note over-budget" role="alert">
      <p className="card-problem">Not run: over {budgetWords(over.budget)}</p>
      <p className="quiet num">
        It reads {atMost({ bytes: over.estimate, usd: over.usd ?? 0 })}; {bytes(over.left)} of{" "}
        {bytes(over.limit)} is left.
        {!admin && " An admin of your team can allow it once."}
      </p>
      {admin && onRetry && (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Allow once
        </button>
      )}
      {asking && onRetry && <AllowOnce over={over} onAllowed={onRetry} onClose={() => setAsking(false)} />}
    </div>
  );
}
