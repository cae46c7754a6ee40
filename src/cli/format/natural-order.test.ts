import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inNaturalOrder } from './natural-order.ts';

test('the order of names that docker was seen to give', () => {
  const names = ['B1', 'Z1', 'a1', 'a9', 'a10', 'a-1', 'a_1', 'b2', 'default', 'zz'];
  assert.deepEqual([...names].reverse().sort(inNaturalOrder), names);
  assert.deepEqual(['n10', 'n9', 'N1', 'a_1', 'bridge'].sort(inNaturalOrder), [
    'N1',
    'a_1',
    'bridge',
    'n9',
    'n10',
  ]);
});

test('zeros in front count last; what goes on comes later', () => {
  assert.deepEqual(['a01b', 'a1a', 'a1', 'a01', 'a001'].sort(inNaturalOrder), [
    'a1',
    'a1a',
    'a01',
    'a01b',
    'a001',
  ]);
});

test('it is an order', () => {
  const name = fc.stringMatching(/^[aB_01]{0,6}$/);
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.equal(Math.sign(inNaturalOrder(a, b)), -Math.sign(inNaturalOrder(b, a)) + 0);
      assert.equal(inNaturalOrder(a, b) === 0, a === b);
      if (inNaturalOrder(a, b) < 0 && inNaturalOrder(b, c) < 0) assert.ok(inNaturalOrder(a, c) < 0);
    }),
  );
});
