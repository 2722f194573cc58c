/** Single values of Arrow buffers as the server's JSON writes them. */

const DAY_S = 86_400;
const ENDLESS_DAYS = 2 ** 31 - 1;

/** Days since 1970 as an ISO 8601 date, for any year; null for a day without end. */
export function dayText(days: number): string | null {
  if (Math.abs(days) === ENDLESS_DAYS) return null;
  // Years are counted from March, in eras of 400 years, so that the leap day is a year's last.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

/** Four digits; before the year 0 and after 9999 a sign and at least six, as JavaScript reads them. */
function yearText(year: number): string {
  const digits = String(Math.abs(year));
  if (year >= 0 && year <= 9_999) return digits.padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${digits.padStart(6, "0")}`;
}

/** Seconds since 1970 as an ISO 8601 date and time. */
export function secondsText(seconds: number): string {
  const days = Math.floor(seconds / DAY_S);
  const clock = seconds - days * DAY_S;
  return `${dayText(days)}T${two(Math.floor(clock / 3600))}:${two(Math.floor(clock / 60) % 60)}:${two(clock % 60)}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** A 128-bit integer as a number; null when a number would not be exact. */
export function smallInteger(words: Uint32Array, index: number): number | null {
  const at = 4 * index;
  const [w0, w1, w2, w3] = [words[at] as number, words[at + 1] as number, words[at + 2], words[at + 3]];
  const negative = w3 === 0xffffffff && w2 === 0xffffffff;
  if (!negative && (w3 !== 0 || w2 !== 0)) return null;
  const size = negative ? (~w1 >>> 0) * 2 ** 32 + (~w0 >>> 0) + 1 : w1 * 2 ** 32 + w0;
  if (size > 2 ** 53) return null;
  return negative ? -size : size;
}

/** A 128-bit decimal as text with all of its places. */
export function decimalText(words: Uint32Array, index: number, scale: number): string {
  const at = 4 * index;
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[at + word] as number);
  value = BigInt.asIntN(128, value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return (value < 0n ? "-" : "") + (scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`);
}
