import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inBackground } from './leave.ts';

test('the group of the process and that of the terminal’s foreground', () => {
  assert.equal(inBackground('42 (minke) S 1 42 40 34816 42 4194304 1 2'), false);
  assert.equal(inBackground('42 (minke) S 1 42 40 34816 50 4194304 1 2'), true);
  assert.equal(inBackground('42 (a) S (b) S 1 42 40 34816 50 4194304 1 2'), true);
});

test('a process without a terminal is in nobody’s way', () => {
  assert.equal(inBackground('42 (minke) S 1 42 40 0 -1 4194304 1 2'), false);
  assert.equal(inBackground(''), false);
});
