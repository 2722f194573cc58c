import { bytes, count } from "../format/text";
import { money, moneyBound } from "./price";

/** What was read, in sum: bytes as estimated and as billed, what each comes to, and how many queries ran or did not. */
export interface Sum {
  estimated: number;
  billed: number;
  usd_estimated: number;
  usd_billed: number;
  queries: number;
  refused: number;
  /** Queries of which the warehouse has not said what it billed. */
  unsettled: number;
}

export interface Day extends Sum {
  day: string;
}

/** Whether anything that was read costs money. */
export function costsMoney(sum: Sum): boolean {
  return sum.usd_estimated > 0 || sum.usd_billed > 0;
}

export interface Figure {
  label: string;
  value: string;
  note: string;
}

/** The sums as a few figures; those of money only where something costs money. */
export function figures(sum: Sum): Figure[] {
  const priced = costsMoney(sum);
  return [
    ...(priced
      ? [
          { label: "Billed", value: money(sum.usd_billed), note: bytes(sum.billed) },
          {
            label: "Estimated before",
            value: moneyBound(sum.usd_estimated),
            note: `${bytes(sum.estimated)} at most`,
          },
        ]
      : [{ label: "Read", value: bytes(sum.estimated), note: "at most" }]),
    {
      label: "Queries",
      value: sum.queries.toLocaleString("en-US"),
      note:
        sum.unsettled === 0
          ? "each of them settled"
          : `${sum.unsettled.toLocaleString("en-US")} not settled yet`,
    },
    { label: "Refused", value: sum.refused.toLocaleString("en-US"), note: refusedNote(sum.refused) },
  ];
}

function refusedNote(refused: number): string {
  return refused === 0
    ? "nothing went over a budget"
    : `${count(refused, "plan")} over a budget; none of it ran`;
}

const PURPOSES: Record<string, string> = {
  chat: "Questions in chats",
  data: "Dashboards opened",
  preview: "Previews while editing",
  warm: "Data computed ahead",
  export: "Exports",
  thumbnail: "Small pictures",
  check: "Checks of files",
  share: "Shared links",
  schedule: "Schedules",
};

export function purposeTitle(purpose: string): string {
  return PURPOSES[purpose] ?? purpose.replaceAll("_", " ");
}

/** `21 Nov`, of an ISO date. */
export function dayTitle(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime())
    ? day
    : at.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
