import { createContext, use } from "react";
import type { Me } from "../api/types";

export type Right = "browse" | "chat" | "edit" | "delete" | "connect";

/** What each role may do, as the server has it; the server decides again with every request. */
const RIGHTS: Record<string, readonly Right[]> = {
  viewer: [],
  editor: ["browse", "chat", "edit", "delete"],
  admin: ["browse", "chat", "edit", "delete", "connect"],
};

export function may(me: Me, right: Right): boolean {
  return Object.hasOwn(RIGHTS, me.role) && (RIGHTS[me.role]?.includes(right) ?? false);
}

export const MeContext = createContext<Me>({ name: "", role: "viewer", team: "" });

/** Whether the signed-in person may do something: what they may not do is not offered. */
export function useMay(right: Right): boolean {
  return may(use(MeContext), right);
}
