import { messageOf } from '../../../errors/minke-error.ts';
import type { Health } from '../record/record.ts';
import { type HealthPlan, judgeProbe, outputLimit, type ProbeResult, untilNext } from './verdict.ts';

export interface ProbeOutcome {
  readonly exitCode: number;
  /** At most `outputLimit` bytes need be kept by whoever reads them; more is cut here. */
  readonly output: string;
}

export interface HealthWatch {
  readonly plan: HealthPlan;
  /** Nanoseconds since the start of the container's present run. */
  age(): number;
  /** As it is now: at a restart of the daemon the record's. */
  current(): Health;
  /** Runs the test in the container; on abort it kills what it runs and rejects. */
  probe(argv: readonly string[], signal: AbortSignal): Promise<ProbeOutcome>;
  /** Resolves after so many milliseconds, rejects when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** RFC 3339 with nanoseconds. */
  now(): string;
  /** Keeps the verdict; `changed`: the status is another one, which is an event. */
  report(health: Health, changed: boolean): void;
}

const milliseconds = (nanoseconds: number): number => Math.ceil(nanoseconds / 1_000_000);

/** Go's way to print a duration of whole milliseconds, as far as health checks have them. */
const shown = (nanoseconds: number): string =>
  nanoseconds % 1_000_000_000 === 0 ? `${nanoseconds / 1_000_000_000}s` : `${milliseconds(nanoseconds)}ms`;

function cut(output: string): string {
  const bytes = Buffer.from(output);
  return bytes.length <= outputLimit ? output : bytes.subarray(0, outputLimit).toString();
}

/** @returns null where the watch ended meanwhile */
async function probeOnce(watch: HealthWatch, signal: AbortSignal): Promise<ProbeResult | null> {
  const limit = new AbortController();
  const [start, age] = [watch.now(), watch.age()];
  const { timeout } = watch.plan;
  const timer = setTimeout(() => limit.abort(), milliseconds(timeout));
  try {
    const { exitCode, output } = await watch.probe(watch.plan.argv, AbortSignal.any([signal, limit.signal]));
    return { start, end: watch.now(), age, exitCode, output: cut(output) };
  } catch (error) {
    if (signal.aborted) return null;
    const output = limit.signal.aborted
      ? `Health check exceeded timeout (${shown(timeout)})`
      : messageOf(error);
    return { start, end: watch.now(), age, exitCode: -1, output: cut(output) };
  } finally {
    clearTimeout(timer);
  }
}

/** Probes until the signal aborts: when the container ends, is paused, or the daemon stops. Never throws. */
export async function superviseHealth(watch: HealthWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await watch.wait(milliseconds(untilNext(watch.plan, watch.current().status, watch.age())), signal);
    } catch {
      return;
    }
    const result = await probeOnce(watch, signal);
    if (result === null || signal.aborted) return;
    const before = watch.current();
    const after = judgeProbe(before, result, watch.plan);
    watch.report(after, after.status !== before.status);
  }
}
