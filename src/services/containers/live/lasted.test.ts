import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lasted } from './lasted.ts';

const [noon, one] = ['2026-01-01T12:00:00Z', '2026-01-01T13:00:00.5Z'];

test('a clock that is set does not make a run of this daemon older or younger', () => {
  const began = performance.now() - 2000;
  for (const [from, to] of [
    [noon, one],
    [one, noon],
  ] as const) {
    const age = lasted({ began }, from, to);
    assert.ok(age >= 2000 && age < 60_000, String(age));
  }
});

test('of a run that an earlier daemon began only the time of day tells', () => {
  assert.equal(lasted({ began: null }, noon, one), 3_600_500);
  assert.equal(lasted({ began: null }, one, noon), 0);
});
