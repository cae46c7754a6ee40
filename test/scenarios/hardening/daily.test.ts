/** A short version of `npm run test:endurance`: the same things again and again, and nothing grows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cycles } from '../../endurance/cycles.ts';
import { slope } from '../../endurance/slope.ts';
import { aPerson } from '../person.ts';

test('a hundred and fifty containers come and go: descriptors and files stay', {
  timeout: 600_000,
}, async (t) => {
  const { engine } = await aPerson(t);
  const samples = await cycles(engine, { count: 150, every: 10 });
  const settled = samples.slice(5);
  for (const what of ['descriptors', 'files'] as const) {
    const grown = slope(settled.map((sample) => [sample.cycle, sample[what]])) * 150;
    assert.ok(
      grown < 15,
      `${what} grow by ${grown.toFixed(1)}: ${settled.map((sample) => sample[what]).join(' ')}`,
    );
  }
});
