import { PassingFailure } from '../../../drivers/remote/contract.ts';

/** Seconds by which the wait grows with each failure in a row, as in Docker. */
const STEP = 5;
/** Longer than this nobody is kept waiting, whatever the registry asks for: seconds. */
const MOST = 120;

/** Who is told why nothing goes on. */
export interface Teller {
  say(status: string): void;
}

export interface RetryRules {
  /** Failures in a row after which it is over. */
  readonly attempts: number;
  /** Waits for that many milliseconds; rejects where the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** How long to wait after the failure of that number (from 1), in seconds; null: no more tries. */
export function delayAfter(failures: number, attempts: number, after: number | null): number | null {
  if (failures >= attempts) return null;
  const asked = after === null ? 0 : Math.ceil(after / 1000);
  return asked > MOST ? null : Math.max(failures * STEP, asked);
}

/**
 * Tries again what failed for a passing reason. Work that got further than before its failure begins to count anew.
 * @param mark a number that grows as the work gets on
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  mark: () => number,
  rules: RetryRules,
  progress: Teller,
): Promise<T> {
  let failures = 0;
  for (let before = mark(); ; before = mark()) {
    try {
      return await work();
    } catch (error) {
      rules.signal.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      failures = mark() > before ? 1 : failures + 1;
      const delay = delayAfter(failures, rules.attempts, error.after);
      if (delay === null) throw error;
      await countDown(delay, rules, progress);
    }
  }
}

/**
 * Waits where the registry itself says for how long, and asks again. All else fails at once: whoever mistyped a name is
 * told so now.
 */
export async function whenAsked<T>(work: () => Promise<T>, rules: RetryRules, progress: Teller): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      rules.signal.throwIfAborted();
      if (!(error instanceof PassingFailure) || error.after === null) throw error;
      const asked = Math.max(1, Math.ceil(error.after / 1000));
      if (failures >= rules.attempts || asked > MOST) throw error;
      await countDown(asked, rules, progress);
    }
  }
}

async function countDown(seconds: number, { wait, signal }: RetryRules, progress: Teller): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    progress.say(`Retrying in ${left} second${left === 1 ? '' : 's'}`);
    await wait(1000, signal);
  }
}
