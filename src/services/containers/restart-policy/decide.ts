/**
 * Whether a container that ended starts again, and after how long: pure. Docker's rules: the wait doubles from 100 ms
 * to a minute and begins anew once a run has lasted 10 s.
 */
export interface RestartPolicy {
  readonly Name?: string | null;
  readonly MaximumRetryCount?: number | null;
}

export interface Ending {
  readonly exitCode: number;
  /** Of the run that just ended, milliseconds. */
  readonly ranFor: number;
  /** `stop`, `kill` by the user, or the daemon's shutdown. */
  readonly stoppedByHand: boolean;
  /** Restarts so far, without a success between. */
  readonly restarts: number;
  /** The wait before the run that just ended, milliseconds; 0 for the first. */
  readonly lastWait: number;
}

export type Decision = { readonly restart: false } | { readonly restart: true; readonly wait: number };

const shortest = 100;
const longest = 60_000;
const settled = 10_000;

const stays: Decision = { restart: false };

function wanted({ Name, MaximumRetryCount }: RestartPolicy, { exitCode, restarts }: Ending): boolean {
  if (Name === 'always' || Name === 'unless-stopped') return true;
  if (Name !== 'on-failure' || exitCode === 0) return false;
  const most = MaximumRetryCount ?? 0;
  return most === 0 || restarts < most;
}

export function decideRestart(policy: RestartPolicy, ending: Ending): Decision {
  if (ending.stoppedByHand || !wanted(policy, ending)) return stays;
  const before = ending.ranFor >= settled ? 0 : ending.lastWait;
  return { restart: true, wait: before === 0 ? shortest : Math.min(before * 2, longest) };
}

/**
 * Whether a container that does not run is started when the daemon starts.
 * @param ranAtShutdown it was running when the daemon ended
 */
export function startsWithDaemon(
  policy: RestartPolicy,
  {
    stoppedByHand,
    ranAtShutdown,
    exitCode,
  }: { stoppedByHand: boolean; ranAtShutdown: boolean; exitCode: number },
): boolean {
  if (policy.Name === 'always') return true;
  if (policy.Name === 'unless-stopped') return !stoppedByHand;
  if (policy.Name === 'on-failure') return ranAtShutdown && !stoppedByHand && exitCode !== 0;
  return false;
}
