const shapes = [
  /^(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?<time>[ T].*)?$/,
  /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})(?<time>[ T].*)?$/,
];

/**
 * A date as clients write it: `2017-10-26`, `1999/10/21`, `14.06.2014`, each with or without a time of day (and that with or without a
 * zone), or unix seconds (nine digits or more). Gives the stored and read form `Y-m-d H:i:s` in the account's time zone; undefined if
 * it is none.
 */
export function readDate(written: string, timezone: string): string | undefined {
  if (/^\d{9,11}$/.test(written)) return localTime(Number(written), timezone);
  const parts = shapes.map((shape) => shape.exec(written)?.groups).find((groups) => groups !== undefined);
  const time = times.exec(parts?.['time'] ?? ' 0:00')?.groups;
  if (parts === undefined || time === undefined) return undefined;
  const day = [Number(parts['y']), Number(parts['m']) - 1, Number(parts['d'])] as const;
  const clock = [Number(time['h']), Number(time['min']), Number(time['s'] ?? 0)] as const;
  const utc = Date.UTC(...day, ...clock) / 1000;
  // What rolls over into another day or hour was no date.
  const check = utcTime(utc).split(/[- :]/).map(Number);
  if ([...day, ...clock].some((number, index) => number + (index === 1 ? 1 : 0) !== check[index])) return undefined;
  const zone = time['zone'];
  return zone === undefined ? utcTime(utc) : localTime(utc - offsetOf(zone), timezone);
}

const days = [
  /^(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})$/,
  /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})$/,
  // doc: customers, month/day/year
  /^(?<m>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4})$/,
];

/**
 * A day as filters name it, `2019-02-02`, `10.10.2017` or `10/25/2017`, from its first to its last second in a time zone; or the very
 * second of unix seconds. Undefined if it is none.
 */
export function readDay(
  written: unknown,
  timezone: string,
): { readonly from: number; readonly to: number } | undefined {
  const text = typeof written === 'string' ? written.trim() : '';
  if (/^\d{9,11}$/.test(text)) return { from: Number(text), to: Number(text) };
  const parts = days.map((shape) => shape.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const [year, month, day] = [Number(parts['y']), Number(parts['m']) - 1, Number(parts['d'])];
  const midnight = Date.UTC(year, month, day) / 1000;
  if (new Date(midnight * 1000).getUTCMonth() !== month) return undefined;
  const from = inZone(midnight, timezone);
  return { from, to: from + 24 * 3600 - 1 };
}

/** Unix seconds of a date in the stored form `Y-m-d H:i:s`, in a time zone: the other way round of `localTime`. */
export function utcSeconds(local: string, timezone: string): number {
  return inZone(Date.parse(`${local.replace(' ', 'T')}Z`) / 1000, timezone);
}

/** What a clock in a time zone shows, given as if it were in UTC, as unix seconds. */
function inZone(shown: number, timezone: string): number {
  // The offset at that time is not quite known before it is: a second look corrects days on which clocks change.
  const guess = shown - offsetAt(timezone, shown);
  return shown - offsetAt(timezone, guess);
}

const day = 24 * 3600;
/** Offsets on days on which clocks do not change, by time zone and day: asking is what costs, and files are full of the same days. */
const dayOffsets = new Map<string, Map<number, number>>();
const maxDays = 20_000;

/** Seconds east of UTC at a time. */
function offsetAt(timezone: string, seconds: number): number {
  const number = Math.floor(seconds / day);
  const days = dayOffsets.get(timezone) ?? new Map<number, number>();
  const known = days.get(number);
  if (known !== undefined) return known;
  const [first, last] = [number * day, number * day + day - 1].map((at) => offsetOf(zoneOffset(timezone, at)));
  if (first !== last) return offsetOf(zoneOffset(timezone, seconds));
  if (days.size >= maxDays) days.clear();
  dayOffsets.set(timezone, days.set(number, first!));
  return first!;
}

const times = /^[ T](?<h>\d{1,2}):(?<min>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?$/;

/** Seconds east of UTC: `+03:00` → 10800 */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -60 : 60) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();

/** `+03:00`: how far a time zone is from UTC at a time, in unix seconds. */
export function zoneOffset(timezone: string, seconds: number): string {
  let format = offsetFormats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
    offsetFormats.set(timezone, format);
  }
  const name = format.formatToParts(seconds * 1000).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name.slice('GMT'.length) || '+00:00';
}

/** The same as `localTime` in UTC. Before 1600 calendars differ. */
function utcTime(seconds: number): string {
  return seconds < from1600
    ? localTime(seconds, 'UTC')
    : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

const from1600 = Date.UTC(1600) / 1000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Unix seconds as `Y-m-d H:i:s` in a time zone. */
export function localTime(seconds: number, timezone: string): string {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timezone, format);
  }
  return format.format(seconds * 1000);
}
