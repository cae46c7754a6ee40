import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeOf } from '../../../kit/time/rfc3339.ts';
import type { Health } from '../record/record.ts';
import { type HealthWatch, type ProbeOutcome, superviseHealth } from './monitor.ts';
import {
  type HealthPlan,
  judgeProbe,
  planHealth,
  startingHealth,
  untilNext,
  unwatchedHealth,
} from './verdict.ts';

const second = 1_000_000_000;
const plan: HealthPlan = {
  argv: ['x'],
  interval: 30 * second,
  timeout: second,
  startPeriod: 10 * second,
  startInterval: second,
  retries: 2,
};
const at = (seconds: number): string => timeOf(BigInt(1_700_000_000 + seconds) * 1_000_000_000n);
const probe = (seconds: number, exitCode: number) => ({
  start: at(seconds),
  end: at(seconds),
  age: seconds * second,
  exitCode,
  output: '',
});

test('health of what nobody watches over, and of the next run', () => {
  const known: Health = { ...startingHealth(), status: 'healthy', failingStreak: 2 };
  const log = [{ Start: 'a', End: 'b', ExitCode: 0, Output: '' }];
  assert.deepEqual(unwatchedHealth({ ...known, log }), { status: 'unhealthy', failingStreak: 2, log });
  assert.deepEqual(startingHealth({ ...known, log }), { status: 'starting', failingStreak: 0, log });
});

test("what is run, and Docker's defaults", () => {
  assert.equal(planHealth(null, []), null);
  assert.equal(planHealth({ Test: ['NONE'] }, []), null);
  assert.equal(planHealth({ Test: [] }, []), null);
  assert.deepEqual(planHealth({ Test: ['CMD', 'a', 'b'] }, [])?.argv, ['a', 'b']);
  assert.deepEqual(planHealth({ Test: ['CMD-SHELL', 'a || b'] }, [])?.argv, ['/bin/sh', '-c', 'a || b']);
  assert.deepEqual(planHealth({ Test: ['CMD-SHELL', 'a'] }, ['/bin/bash', '-ec'])?.argv, [
    '/bin/bash',
    '-ec',
    'a',
  ]);
  const { argv: _, ...times } = planHealth({ Test: ['CMD', 'a'], Interval: 0, Retries: 0 }, []) ?? plan;
  assert.deepEqual(times, {
    interval: 30 * second,
    timeout: 30 * second,
    startPeriod: 0,
    startInterval: 5 * second,
    retries: 3,
  });
});

test('failures of the start period are forgiven until the first success', () => {
  let health: Health = startingHealth();
  for (const time of [1, 5, 9]) health = judgeProbe(health, probe(time, 1), plan);
  assert.deepEqual([health.status, health.failingStreak], ['starting', 0]);
  health = judgeProbe(health, probe(9.5 - 0.5, 0), plan);
  health = judgeProbe(health, probe(9, 1), plan);
  assert.deepEqual([health.status, health.failingStreak], ['healthy', 1]);
  health = judgeProbe(health, probe(9, 1), plan);
  assert.equal(health.status, 'unhealthy');
  health = judgeProbe(health, probe(60, 0), plan);
  assert.deepEqual([health.status, health.failingStreak, health.log.length], ['healthy', 0, 5]);
});

test('the start interval holds while starting in the start period', () => {
  assert.equal(untilNext(plan, 'starting', 5 * second), second);
  assert.equal(untilNext(plan, 'healthy', 5 * second), 30 * second);
  assert.equal(untilNext(plan, 'starting', 11 * second), 30 * second);
});

/** A clock that only waiting moves. */
function watchOf(outcomes: readonly (ProbeOutcome | 'hangs' | Error)[]) {
  const ending = new AbortController();
  const rest = [...outcomes];
  let clock = 0;
  let health = startingHealth();
  const changes: string[] = [];
  const watch: HealthWatch = {
    plan: { ...plan, timeout: 5_000_000 },
    age: () => clock * second,
    current: () => health,
    async probe(_, signal) {
      const next = rest.shift();
      if (next === 'hangs') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw signal.reason;
      }
      if (next instanceof Error) throw next;
      return next ?? { exitCode: 0, output: '' };
    },
    async wait(milliseconds, signal) {
      if (rest.length === 0) ending.abort();
      signal.throwIfAborted();
      clock += milliseconds / 1000;
    },
    now: () => at(clock),
    report(next, changed) {
      health = next;
      if (changed) changes.push(next.status);
    },
  };
  return { watch, ending, changes, last: () => health.log.at(-1) };
}

test('a probe that hangs or does not start is a failure with words; output is bounded', async () => {
  const { watch, ending, changes, last } = watchOf([
    { exitCode: 0, output: 'é'.repeat(4000) },
    'hangs',
    new Error('no such file'),
  ]);
  const outputs: (string | undefined)[] = [];
  const { report } = watch;
  await superviseHealth(
    {
      ...watch,
      report: (health, changed) => {
        report(health, changed);
        outputs.push(last()?.Output);
      },
    },
    ending.signal,
  );
  assert.deepEqual(changes, ['healthy', 'unhealthy']);
  assert.equal(Buffer.byteLength(outputs[0] ?? ''), 4096);
  assert.deepEqual(outputs.slice(1), ['Health check exceeded timeout (5ms)', 'no such file']);
  assert.equal(last()?.ExitCode, -1);
});

test('the end of the container ends the watch without a verdict', async () => {
  const { watch, ending, changes } = watchOf(['hangs', { exitCode: 0, output: '' }]);
  setImmediate(() => ending.abort());
  await superviseHealth({ ...watch, plan: { ...plan, timeout: 60 * second } }, ending.signal);
  assert.deepEqual(changes, []);
});
