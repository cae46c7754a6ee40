import { nanosecondsOf } from '../../../kit/time/rfc3339.ts';
import type { Run } from './container.ts';

/**
 * Milliseconds that a run has lasted. The time of day may have been set meanwhile, so it counts only for a run that an
 * earlier daemon began.
 * @param startedAt RFC 3339, of the run
 * @param at RFC 3339, now or its end
 */
export function lasted({ began }: Pick<Run, 'began'>, startedAt: string, at: string): number {
  if (began !== null) return performance.now() - began;
  const nanoseconds = (nanosecondsOf(at) ?? 0n) - (nanosecondsOf(startedAt) ?? 0n);
  return Math.max(0, Number(nanoseconds) / 1_000_000);
}
