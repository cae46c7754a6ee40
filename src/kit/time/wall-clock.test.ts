import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unixNanoseconds } from './wall-clock.ts';

test('the time of day, finer than milliseconds', () => {
  const times = Array.from({ length: 1000 }, () => unixNanoseconds());
  const off = Number(unixNanoseconds() / 1_000_000n) - Date.now();
  assert.ok(Math.abs(off) <= 3, `${off} ms off`);
  assert.ok(new Set(times).size > 500);
  assert.ok(times.some((time) => time % 1_000_000n !== 0n));
});
