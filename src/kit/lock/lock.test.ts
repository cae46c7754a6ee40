import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lock } from './lock.ts';
import { Semaphore } from './semaphore.ts';

test('work runs one after the other, failures harm nobody else', async () => {
  const lock = new Lock();
  const steps: string[] = [];
  const work = (name: string, fails: boolean) => async (): Promise<string> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const first = lock.run(work('a', true));
  const second = lock.run(work('b', false));
  await assert.rejects(first, /a/);
  assert.equal(await second, 'b');
  assert.deepEqual(steps, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a semaphore lets so many in, in order, and forgets who leaves the queue', async () => {
  const semaphore = new Semaphore(() => 2);
  const steps: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<void> => {
    steps.push(name);
    await new Promise<void>((resolve) => void gates.set(name, resolve));
  };
  const leave = new AbortController();
  const runs = [semaphore.run(work('a')), semaphore.run(work('b'))];
  assert.equal(semaphore.busy, true);
  const left = semaphore.run(work('c'), leave.signal);
  runs.push(semaphore.run(work('d')), semaphore.run(work('e')));
  leave.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  gates.get('a')?.();
  await runs[0];
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(steps, ['a', 'b', 'd']);
  for (const name of ['b', 'd']) gates.get(name)?.();
  await Promise.all(runs.slice(0, 3));
  gates.get('e')?.();
  await runs[3];
  assert.equal(semaphore.busy, false);
});
