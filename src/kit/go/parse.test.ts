import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atoi, parseBool } from './parse.ts';

test('what Go reads as a boolean', () => {
  assert.deepEqual(['1', 't', 'True', '0', 'F', 'false'].map(parseBool), [
    ...[true, true, true],
    ...[false, false, false],
  ]);
  for (const text of ['', 'yes', 'tRUE', '2'])
    assert.throws(() => parseBool(text), { message: `strconv.ParseBool: parsing "${text}": invalid syntax` });
});

test('whole numbers', () => {
  fc.assert(fc.property(fc.integer(), (number) => assert.equal(atoi(String(number)), number)));
  for (const text of ['', 'x', '1.5', ' 1', '1e3', '0x1'])
    assert.throws(() => atoi(text), { message: `strconv.Atoi: parsing "${text}": invalid syntax` });
  assert.throws(() => atoi('99999999999999999999'), /value out of range/);
});
