import { createContext, use } from "react";
import type { Me } from "../api/types";

export type Right = Me["actions"][number];

/** Whether the server would let this person do something; it decides again with every request. */
export function may({ actions }: Me, right: Right): boolean {
  return actions.includes(right);
}

export const MeContext = createContext<Me>({ name: "", role: "viewer", team: "", actions: [] });

/** Whether the signed-in person may do something: what they may not do is not offered. */
export function useMay(right: Right): boolean {
  return may(use(MeContext), right);
}
