/** `STATUS` of `docker ps`. Pure. */
import { nanosecondsOf, ZERO_TIME } from '../../../kit/time/rfc3339.ts';
import type { State } from '../record/record.ts';
import { humanDuration } from './human-duration.ts';

const since = (time: string, now: bigint): string =>
  humanDuration(Number(now - (nanosecondsOf(time) ?? now)) / 1e9);

export function statusText(state: State, now: bigint): string {
  const { status, startedAt, finishedAt, exitCode, health } = state;
  switch (status) {
    case 'running': {
      const up = `Up ${since(startedAt, now)}`;
      if (health === null) return up;
      return `${up} (${health.status === 'starting' ? 'health: starting' : health.status})`;
    }
    case 'paused':
      return `Up ${since(startedAt, now)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode}) ${since(finishedAt, now)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'created':
      return 'Created';
    case 'exited':
      return finishedAt === ZERO_TIME ? '' : `Exited (${exitCode}) ${since(finishedAt, now)} ago`;
  }
}
