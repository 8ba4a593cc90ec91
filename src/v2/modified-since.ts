const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Longer ones are no dates, and would keep the pattern busy. */
const maxLength = 64;
const shape =
  /(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})[ ,]+(\d{1,2})[:-](\d{2})(?:[:-](\d{2}))?\s*(?:(?:utc|gmt|z)?\s*([+-])(\d{2}):?(\d{2})|[a-z]*)\s*$/i;

/**
 * The header If-Modified-Since as unix seconds, in each spelling that clients send: with UTC, GMT, +0000 or no zone (all UTC), with
 * dashes in the time, with a weekday that is wrong, or as a bare timestamp. What is no date is passed over.
 */
export function parseModifiedSince(header: string | undefined): number | undefined {
  const text = header?.trim() ?? '';
  if (text.length > maxLength) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, day, monthName, year, hour, minute, second = '0', sign, zoneHours = '0', zoneMinutes = '0'] = match;
  const month = months.indexOf(monthName!.toLowerCase());
  if (month < 0) return undefined;
  const date = new Date(Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)));
  if (date.getUTCDate() !== Number(day) || date.getUTCHours() !== Number(hour) || Number(second) > 59) return undefined;
  const utc = date.getTime() / 1000;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60;
  return sign === '-' ? utc + zone : utc - zone;
}
