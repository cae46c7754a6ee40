import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, quantile } from './figures.ts';

test('the median lies in the middle, between two where their number is even', () => {
  assert.deepEqual(figures([5, 1, 3]), { median: 3, least: 1, most: 5 });
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
});

test('a high quantile is near the largest', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => i);
  assert.equal(quantile(hundred, 0.99), 99);
});
