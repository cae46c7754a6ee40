import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RuleWatch } from './watch.ts';

function watching(generations: (number | null)[], mended: number[] = [], stating = () => false) {
  const seen = { repairs: 0, warnings: [] as string[] };
  const watch = new RuleWatch({
    generation: async () => generations.shift() ?? null,
    repair: async () => {
      seen.repairs += 1;
      return { added: mended.shift() ?? 0, removed: 0 };
    },
    stating,
    warn: (message) => seen.warnings.push(message),
  });
  return { watch, seen };
}

test('rules are looked at when their generation changed', async () => {
  const { watch, seen } = watching([5, 5, 5, 6, 6], [0, 3]);
  for (let look = 0; look < 5; look += 1) await watch.look();
  assert.equal(seen.repairs, 2);
  assert.deepEqual(seen.warnings, ['packet filter: 3 rules were missing, 0 were left over; mended']);
});

test('rules are looked at now and then where nobody counts their changes', async () => {
  const { watch, seen } = watching([]);
  for (let look = 0; look < 30; look += 1) await watch.look();
  assert.equal(seen.repairs, 3);
});

test('rules that a start is about to state were taken out by nobody', async () => {
  const starts = [true, false];
  const { watch, seen } = watching([5, 6], [8, 2], () => starts.shift() ?? false);
  await watch.look();
  await watch.look();
  assert.deepEqual(seen.warnings, ['packet filter: 2 rules were missing, 0 were left over; mended']);
});

test('a failure is told and tried again', async () => {
  const { watch, seen } = watching([5, 5]);
  const failing = new RuleWatch({
    generation: async () => 5,
    repair: async () => {
      throw new Error('no');
    },
    stating: () => false,
    warn: (message) => seen.warnings.push(message),
  });
  await failing.look();
  await failing.look();
  assert.equal(seen.warnings.length, 2);
  watch.start();
  await watch.stop();
});
