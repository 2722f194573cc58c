import load from "./drawChart?classic";

/** The code that draws charts, here once this module is. */
export const { createChart } = await load<typeof import("./drawChart")>();
