/** Times as Go writes them (RFC 3339 with up to nine decimals), exact to the nanosecond. */

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:\d\d)$/;

/** Unix nanoseconds; undefined for what is no such time. */
export function nanosecondsOf(text: string): bigint | undefined {
  const match = pattern.exec(text);
  const milliseconds = Date.parse(`${match?.[1] ?? ''}${match?.[3] ?? ''}`);
  if (match === null || Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt((match[2] ?? '').slice(0, 9).padEnd(9, '0'));
}

/** The same time without decimals that say nothing: Go's RFC3339Nano. The zone stays. */
export function shortTime(text: string): string {
  const match = pattern.exec(text);
  if (match === null) return text;
  const decimals = (match[2] ?? '').slice(0, 9).replace(/0+$/, '');
  const zone = match[3] === '+00:00' ? 'Z' : (match[3] ?? '');
  return `${match[1] ?? ''}${decimals === '' ? '' : `.${decimals}`}${zone}`;
}

/** Unix nanoseconds as a time in UTC. */
export function timeOf(nanoseconds: bigint): string {
  const rest = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (nanoseconds - rest) / 1_000_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return shortTime(`${whole}.${rest.toString().padStart(9, '0')}Z`);
}

/** What Go shows for a time that was never set. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';
