/** Points in time as filters such as `until` take them. */
import { invalid } from '../../errors/minke-error.ts';
import { parseGoDuration } from './go-duration.ts';

const date = /^\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d{1,12})?)?)?)?(Z|z|[+-]\d\d:\d\d)?$/;

/**
 * Unix nanoseconds of a time before now (Go duration), of an RFC 3339 date or time (parts may be left out; without a
 * zone it is local), or of `seconds[.decimals]`.
 * @throws invalid
 */
export function pointInTime(text: string, now: bigint): bigint {
  const duration = text === '0' ? undefined : parseGoDuration(text);
  if (duration !== undefined) return now - duration;
  const zone = date.exec(text);
  if (zone !== null) {
    const whole = completed(text.slice(0, text.length - (zone[1]?.length ?? 0)));
    const milliseconds = Date.parse(`${whole.seconds}${zone[1]?.toUpperCase() ?? ''}`);
    if (!Number.isNaN(milliseconds)) {
      return BigInt(milliseconds) * 1_000_000n + BigInt(whole.decimals.slice(0, 9).padEnd(9, '0'));
    }
  }
  const unix = /^(\d{1,18})(?:\.(\d{1,9}))?$/.exec(text);
  if (unix === null) {
    throw invalid(`failed to parse value as time or duration: ${JSON.stringify(text.slice(0, 128))}`);
  }
  return BigInt(unix[1] ?? 0) * 1_000_000_000n + BigInt((unix[2] ?? '').padEnd(9, '0'));
}

/** `2026-01-02T03` and the like with the parts that are missing. */
function completed(text: string): { seconds: string; decimals: string } {
  const [whole = '', decimals = ''] = text.split('.');
  const [day = '', time = ''] = whole.split('T');
  return { seconds: `${day}T${`${time || '00'}:00:00`.slice(0, 8)}`, decimals };
}
