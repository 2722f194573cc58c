import { useId, useState } from "react";
import { InlineTrouble } from "../catalog/Trouble";
import { Dialog } from "../dashboard/Dialog";
import { bytes } from "../format/text";
import type { OverBudget } from "./overBudget";
import { budgetTitle, moneyBound } from "./price";
import { useAllowOnce } from "./queries";

interface AllowOnceProps {
  over: OverBudget;
  onAllowed: () => void;
  onClose: () => void;
}

const LONGEST = 300;

/** Asks an admin whether this very plan may run once, with the plan's figures. */
export function AllowOnce({ over, onAllowed, onClose }: AllowOnceProps) {
  const [reason, setReason] = useState("");
  const allow = useAllowOnce(() => {
    onClose();
    onAllowed();
  });
  const id = useId();
  const facts: [string, string][] = [
    ["Reads at most", bytes(over.estimate)],
    ...(over.usd === null || over.usd === 0
      ? []
      : [["Costs at most", moneyBound(over.usd)] as [string, string]]),
    ["Budget", `${budgetTitle(over.budget)}: ${bytes(over.limit)}`],
    ["Left of it", bytes(over.left)],
  ];
  return (
    <Dialog title="Allow this once?" onClose={onClose}>
      <form
        className="form allow-once"
        onSubmit={(event) => {
          event.preventDefault();
          allow.mutate({ plan_sha256: over.plan, reason: reason.trim() });
        }}
      >
        <dl className="allow-facts num">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p className="quiet">
          This lets exactly this plan run one time within the next hour. Other inputs, another revision or a
          second run need your word again. Plan <code title={over.plan}>{over.plan.slice(0, 12)}</code>
        </p>
        <label htmlFor={id}>Why</label>
        <input
          id={id}
          required
          maxLength={LONGEST}
          value={reason}
          autoComplete="off"
          placeholder="Quarterly report, needed today"
          onChange={(event) => setReason(event.target.value)}
        />
        {allow.isError && <InlineTrouble error={allow.error} />}
        <div className="form-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={allow.isPending || reason.trim() === ""}>
            Allow once
          </button>
        </div>
      </form>
    </Dialog>
  );
}
