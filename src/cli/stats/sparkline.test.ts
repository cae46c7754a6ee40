import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFor } from './listing.ts';
import { graphLength, sparkline } from './sparkline.ts';

test('bars grow with their value, up to a whole one', () => {
  assert.equal(sparkline([0, 12.5, 25, 50, 99, 100, 400], 100), '▁▂▃▅████'.slice(0, 7));
  assert.equal(sparkline([], 100), '');
  assert.equal(sparkline([1, 2], 0), '▁▁');
});

test('only the latest samples are shown', () => {
  const many = Array.from({ length: 40 }, (_, at) => at);
  assert.equal(sparkline(many, 39).length, graphLength);
});

test('the table has graphs where the window has room for them, or for little else', () => {
  assert.match(tableFor(200), /CPUGraph.*PIDs/);
  assert.doesNotMatch(tableFor(120), /Graph/);
  assert.match(tableFor(80), /CPUGraph/);
  assert.doesNotMatch(tableFor(80), /BlockIO/);
});
