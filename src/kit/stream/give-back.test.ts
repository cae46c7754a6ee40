import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBack, giveBackAll } from './give-back.ts';

test('a buffer with memory of its own is empty afterwards', () => {
  const buffer = Buffer.allocUnsafeSlow(1000).fill(7);
  giveBack(buffer);
  assert.equal(buffer.length, 0);
});

test('so is one that does not fill its memory', () => {
  const buffer = Buffer.allocUnsafeSlow(1000).subarray(0, 10);
  giveBackAll(buffer);
  assert.equal(buffer.length, 0);
});

test('a part of a larger piece stays as it is', () => {
  const memory = Buffer.allocUnsafeSlow(1000).fill(7);
  const part = memory.subarray(0, 999);
  giveBack(part);
  assert.deepEqual([part.length, memory.length, part[998]], [999, 1000, 7]);
});

test('shared memory stays as it is', () => {
  const shared = Buffer.from(new SharedArrayBuffer(10));
  giveBack(shared);
  assert.equal(shared.length, 10);
});
