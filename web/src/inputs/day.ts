const ISO = /^(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})$/;

/** A day that was typed as an ISO date, also with other signs between (`2013/3/15`, `20130315`); null while it is none. */
export function readDay(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed) && trimmed.length !== 8) return null;
  const [, year = "", month = "", day = ""] = ISO.exec(trimmed) ?? [];
  if (month.length === 1 && day === "") return null;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const time = Date.parse(`${iso}T00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso ? null : iso;
}
