/** Go's `time.Duration` text. Values are nanoseconds as numbers (exact up to 104 days, as good as a display needs). */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Parses `1h30m`, `-1.5s`, `0`. Throws `Error` with Go's wording. */
export function parseDuration(source: string): number {
  const fail = (): Error => new Error(`time: invalid duration ${JSON.stringify(source)}`);
  let rest = source.replace(/^[+-]/, '');
  const sign = source.startsWith('-') ? -1 : 1;
  if (rest === '0') return 0;
  if (rest === '') throw fail();
  let total = 0;
  while (rest !== '') {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (match === null) throw fail();
    const unit = match[2] ?? '';
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(source)}`);
    const factor = units[unit];
    if (factor === undefined)
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(source)}`);
    total += Number(match[1]) * factor;
    rest = rest.slice(match[0].length);
  }
  if (total > 2 ** 63) throw fail();
  return sign * Math.trunc(total);
}

const trimZeros = (value: string): string => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);

/** `1h30m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const total = Math.abs(nanoseconds);
  if (total < 1e3) return `${sign}${total}ns`;
  if (total < 1e6) return `${sign}${trimZeros((total / 1e3).toFixed(3))}µs`;
  if (total < 1e9) return `${sign}${trimZeros((total / 1e6).toFixed(6))}ms`;
  const seconds = trimZeros(((total % 60e9) / 1e9).toFixed(9));
  const minutes = Math.floor(total / 60e9);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60}m${seconds}s`;
}
