const shapes = [
  /^(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?<time>[ T].*)?$/,
  /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})(?<time>[ T].*)?$/,
];

/**
 * A date as clients write it: `2017-10-26`, `1999/10/21`, `14.06.2014`, each with or without a time of day (and that with or without a
 * zone), or unix seconds (nine digits or more). Gives the stored and read form `Y-m-d H:i:s` in the account's time zone; undefined if it is none.
 */
export function readDate(written: string, timezone: string): string | undefined {
  if (/^\d{9,11}$/.test(written)) return localTime(Number(written), timezone);
  const parts = shapes.map((shape) => shape.exec(written)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(parts['time'] ?? '')) return readInstant(written, timezone);
  const time = /^[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(parts['time'] ?? ' 0:00');
  if (time === null) return undefined;
  const [year, month, day] = [Number(parts['y']), Number(parts['m']), Number(parts['d'])];
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
  const check = new Date(Date.UTC(year, month - 1, day));
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

function readInstant(written: string, timezone: string): string | undefined {
  const instant = Date.parse(written);
  return Number.isNaN(instant) ? undefined : localTime(Math.floor(instant / 1000), timezone);
}

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

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}
