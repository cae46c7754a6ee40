import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLOOR } from './cases/floor.ts';
import { figures, quantile } from './figures.ts';
import { clientFloor, ratioWithoutClient } from './table.ts';

test('the median lies in the middle, between two where their number is even', () => {
  assert.deepEqual(figures([5, 1, 3]), { median: 3, least: 1, most: 5 });
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
});

test('a high quantile is near the largest', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => i);
  assert.equal(quantile(hundred, 0.99), 99);
});

test('the client’s own time is taken off both', () => {
  const result = (name: string, first: number, last: number, clients = 1) =>
    ({ name, clients, unit: 'ms', samples: { a: [first], b: [last] } }) as const;
  const floor = clientFloor([result(FLOOR, 13, 10), result('x', 1, 1)]);
  assert.equal(floor, 10);
  assert.equal(ratioWithoutClient(result('start', 210, 30), floor), 10);
  assert.equal(ratioWithoutClient(result('pause', 60, 20.5, 2), floor), undefined);
  assert.equal(ratioWithoutClient(result('memory', 60, 20, 0), floor), undefined);
});
