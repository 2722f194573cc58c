export type { DashboardCost, TeamCosts } from "../api/schema";
