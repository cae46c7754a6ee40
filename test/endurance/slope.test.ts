import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plot } from './plot.ts';
import { slope } from './slope.ts';

test('the slope of a line, of a flat one, of too little', () => {
  assert.equal(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  );
  assert.equal(
    slope([
      [0, 4],
      [9, 4],
    ]),
    0,
  );
  assert.equal(slope([[1, 1]]), 0);
});

test('a plot has a curve a quantity, from zero up', () => {
  const picture = plot('Cycles', [
    {
      name: 'memory',
      unit: 'MB',
      points: [
        [0, 50],
        [100, 60],
      ],
    },
    {
      name: 'descriptors',
      unit: '',
      points: [
        [0, 10],
        [100, 10],
      ],
    },
  ]);
  assert.equal(picture.match(/<polyline/g)?.length, 2);
  assert.match(picture, /memory.*60 MB/);
});
