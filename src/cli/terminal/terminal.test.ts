import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDetachKeys, DetachWatcher, detachBytes } from './detach-keys.ts';
import { visible, visibleLine } from './visible.ts';

test('control characters are shown, line ends and tabs stay', () => {
  assert.equal(visible('a\x1b]0;x\x07\x1b[2J\u009b31m\rb\n\tc'), 'a\\x1b]0;x\\x07\\x1b[2J\\x9b31m\\rb\n\tc');
  assert.equal(visible('\u202eevil\u2066'), '\\u202eevil\\u2066');
  assert.equal(visible('héllo ✓ 日本'), 'héllo ✓ 日本');
  assert.equal(visibleLine('a\nb\tc'), 'a\\nb\\tc');
});

test('detach keys', () => {
  assert.deepEqual([...detachBytes('ctrl-p,ctrl-q')], [16, 17]);
  assert.deepEqual([...detachBytes('a,ctrl-@,ctrl-[,Ctrl-_')], [97, 0, 27, 31]);
  assert.throws(
    () => checkDetachKeys('ctrl-%'),
    /invalid detach keys \(ctrl-%\): Unknown character: 'ctrl-%'/,
  );
  assert.throws(() => checkDetachKeys('ab'));
  checkDetachKeys('');
});

const watch = (keys: string, ...chunks: readonly string[]): readonly [passed: string, detached: boolean] => {
  const watcher = new DetachWatcher(detachBytes(keys));
  let passed = '';
  for (const chunk of chunks) {
    const { pass, detached } = watcher.push(Buffer.from(chunk, 'latin1'));
    passed += pass.toString('latin1');
    if (detached) return [passed, true];
  }
  return [passed, false];
};

test('the sequence is found, also in pieces, and what only looks like it is passed on', () => {
  assert.deepEqual(watch('ctrl-p,ctrl-q', 'ab\x10\x11cd'), ['ab', true]);
  assert.deepEqual(watch('ctrl-p,ctrl-q', 'ab\x10', '\x11'), ['ab', true]);
  assert.deepEqual(watch('ctrl-p,ctrl-q', 'a\x10', 'b'), ['a\x10b', false]);
  assert.deepEqual(watch('ctrl-p,ctrl-q', '\x10\x10\x11'), ['\x10', true]);
  assert.deepEqual(watch('ctrl-p,ctrl-q', 'x\x10'), ['x', false]);
});
