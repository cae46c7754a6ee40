/** `--restart`: checks, and when a container that ended is started again. */
import { invalid } from '../../../errors/minke-error.ts';

export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

/** @throws invalid */
export function checkRestartPolicy({ Name, MaximumRetryCount }: RestartPolicy): void {
  if (!['', 'no', 'always', 'unless-stopped', 'on-failure'].includes(Name)) {
    throw invalid(
      `invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  }
  if (MaximumRetryCount < 0) {
    throw invalid(
      `invalid restart policy: maximum retry count cannot be ${Name === 'on-failure' ? 'negative' : 'used with restart policy'}`,
    );
  }
  if (Name !== 'on-failure' && MaximumRetryCount !== 0) {
    throw invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  }
}

export const hasPolicy = ({ Name }: RestartPolicy): boolean => Name !== '' && Name !== 'no';

const FIRST = 100;
const MOST = 60_000;
/** A run that long starts the count of delays anew. */
const GOOD_RUN = 10_000;

/** Milliseconds to wait before the next start. @param last what was waited before the run that ended, 0 at first */
export function nextDelay(last: number, ran: number): number {
  if (last === 0 || ran >= GOOD_RUN) return FIRST;
  return Math.min(last * 2, MOST);
}

/** Whether a container that ended by itself is started again. @param restarts how often it was already */
export function restarts(
  policy: RestartPolicy,
  exitCode: number,
  restarts: number,
  stopped: boolean,
): boolean {
  if (stopped) return false;
  if (policy.Name === 'always' || policy.Name === 'unless-stopped') return true;
  if (policy.Name !== 'on-failure' || exitCode === 0) return false;
  return policy.MaximumRetryCount === 0 || restarts < policy.MaximumRetryCount;
}
