const two = (value: number): string => String(value).padStart(2, '0');

/** Go's name of the local zone at a time: `UTC`, `CET`, or `+03` where it has none. */
function zoneName(date: Date, offset: string): string {
  if (offset === '+0000') return 'UTC';
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-IN']) {
    const part = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' })
      .formatToParts(date)
      .find(({ type }) => type === 'timeZoneName');
    if (part !== undefined && /^[A-Z]{3,5}$/.test(part.value) && part.value !== 'GMT') return part.value;
  }
  return offset.endsWith('00') ? offset.slice(0, 3) : offset;
}

export function zoneOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
}

const wall = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const clock = (date: Date): string =>
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** Go's `time.Unix(seconds, 0).String()`: `2026-11-23 21:57:55 +0000 UTC`. */
export function goTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const offset = zoneOffset(date);
  return `${wall(date)} ${clock(date)} ${offset} ${zoneName(date, offset)}`;
}

/** `2006-01-02T15:04:05Z07:00` in local time. */
export function rfc3339(seconds: number): string {
  const date = new Date(seconds * 1000);
  const offset = zoneOffset(date);
  return `${wall(date)}T${clock(date)}${offset === '+0000' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`}`;
}

/** `2006-01-02T15:04:05.000000000Z07:00` in local time, as events show it. */
export function rfc3339Nano(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / 1_000_000n));
  const offset = zoneOffset(date);
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0');
  return `${wall(date)}T${clock(date)}.${fraction}${offset === '+0000' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`}`;
}

/** An API time (`2026-11-23T21:41:52.520324751Z`) as Go prints a `time.Time`, keeping its zone and fraction. */
export function goTimeOf(source: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(source);
  if (match === null) return source;
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? '+0000' : zone.replace(':', '');
  const trimmed = fraction.replace(/0+$/, '').replace(/^\.$/, '');
  return `${date} ${time}${trimmed} ${offset} ${offset === '+0000' ? 'UTC' : offset}`;
}
