import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unixNanoseconds } from './wall-clock.ts';

test('the time of day, finer than milliseconds', () => {
  const times = Array.from({ length: 1000 }, () => unixNanoseconds());
  const before = Date.now();
  const now = Number(unixNanoseconds() / 1_000_000n);
  assert.ok(now >= before - 3 && now <= Date.now() + 3, `${now - before} ms off`);
  assert.ok(new Set(times).size > 500);
  assert.ok(times.some((time) => time % 1_000_000n !== 0n));
});
