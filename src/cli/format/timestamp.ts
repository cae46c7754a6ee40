import { pointInTime } from '../../kit/time/point-in-time.ts';

/**
 * A point in time from the command line to the API's `seconds.nanoseconds`: a Go duration back from now, a date or
 * date and time (local where no zone is named), or seconds since 1970. Empty stays empty.
 */
export function toTimestamp(value: string, now: number = Date.now()): string {
  if (value === '') return '';
  const nanoseconds = pointInTime(value, BigInt(now) * 1_000_000n);
  return `${nanoseconds / 1_000_000_000n}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}`;
}
