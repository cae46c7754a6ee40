/** What probes say about a container: pure. Times in nanoseconds, as in the API. */
import type { Health } from '../record/record.ts';

/** `HEALTHCHECK` as it stands in a container's config. */
export interface HealthConfig {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface HealthPlan {
  /** What is run in the container. */
  readonly argv: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

export interface ProbeResult {
  /** RFC 3339. */
  readonly start: string;
  readonly end: string;
  /** Nanoseconds of the container's run at the probe's start. */
  readonly age: number;
  /** -1: it took too long, or could not be started. */
  readonly exitCode: number;
  readonly output: string;
}

const second = 1_000_000_000;
const logged = 5;

/** Bytes of a probe's output that are kept. */
export const outputLimit = 4096;

/** @returns null where there is nothing to run: no test, or `NONE` */
export function planHealth(
  config: HealthConfig | null | undefined,
  shell: readonly string[],
): HealthPlan | null {
  const [kind, ...words] = config?.Test ?? [];
  if (!config || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return null;
  const shellWords = shell.length > 0 ? shell : ['/bin/sh', '-c'];
  return {
    argv: kind === 'CMD' ? words : [...shellWords, words.join(' ')],
    interval: config.Interval || 30 * second,
    timeout: config.Timeout || 30 * second,
    startPeriod: config.StartPeriod ?? 0,
    startInterval: config.StartInterval || 5 * second,
    retries: config.Retries || 3,
  };
}

/** Of a fresh run; what was found out in the one before stays in the log. */
export const startingHealth = (before: Health | null = null): Health => ({
  status: 'starting',
  failingStreak: 0,
  log: before?.log ?? [],
});

/** Of a container that stands still or has ended: Docker tells it as unhealthy. */
export const unwatchedHealth = (before: Health): Health => ({ ...before, status: 'unhealthy' });

/** Nanoseconds to the next probe. @param elapsed since the container's start */
export const untilNext = (plan: HealthPlan, status: Health['status'], elapsed: number): number =>
  status === 'starting' && elapsed < plan.startPeriod ? plan.startInterval : plan.interval;

/**
 * A success heals at once. Failures count one after the other; those of the start period don't, as long as nothing
 * has succeeded yet.
 */
export function judgeProbe(health: Health, result: ProbeResult, plan: HealthPlan): Health {
  const row = { Start: result.start, End: result.end, ExitCode: result.exitCode, Output: result.output };
  const log = [...health.log, row].slice(-logged);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  const forgiven = health.status === 'starting' && result.age < plan.startPeriod;
  const failingStreak = forgiven ? health.failingStreak : health.failingStreak + 1;
  const status = failingStreak >= plan.retries ? 'unhealthy' : health.status;
  return { status, failingStreak, log };
}
