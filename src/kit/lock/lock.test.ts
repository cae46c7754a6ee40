import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lock } from './lock.ts';

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
