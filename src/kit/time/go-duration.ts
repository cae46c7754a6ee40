/** Durations as Go's time.ParseDuration reads them: `1h30m`, `1.5s`, `-2ms`, `0`. */

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LIMIT = (1n << 63n) - 1n;

/** Nanoseconds; undefined for what is no duration or needs more than 63 bits. */
export function parseGoDuration(text: string): bigint | undefined {
  if (text.length > 64) return undefined;
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0n;
  let total = 0n;
  let rest = body;
  while (rest !== '') {
    const match = /^(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/.exec(rest);
    const [all = '', whole = '', decimals = '', name = ''] = match ?? [];
    const unit = units[name];
    if (unit === undefined || (whole === '' && decimals === '')) return undefined;
    total += BigInt(whole || '0') * unit;
    total += (BigInt(decimals || '0') * unit) / 10n ** BigInt(decimals.length);
    rest = rest.slice(all.length);
  }
  return body === '' || total > LIMIT ? undefined : sign * total;
}
