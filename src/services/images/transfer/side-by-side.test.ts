import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { sideBySide } from './side-by-side.ts';

const never = new AbortController().signal;

test('all are begun at once; each can wait for the one before', async () => {
  const order: string[] = [];
  await sideBySide(['a', 'b', 'c'], never, async (name, { after }) => {
    order.push(`${name} began`);
    await after;
    order.push(`${name} ended`);
  });
  assert.deepEqual(order, ['a began', 'b began', 'c began', 'a ended', 'b ended', 'c ended']);
});

test('the first failure ends the others, and is thrown once they are over', async () => {
  let over = 0;
  const work = sideBySide([1, 2, 3], never, async (number, { signal, after }) => {
    if (number === 2) throw new Error('two failed');
    if (number === 1) await once(signal, 'abort').finally(() => over++);
    else await after?.finally(() => over++);
  });
  await assert.rejects(work, /two failed/);
  assert.equal(over, 2);
});

test('who asked for it can end it', async () => {
  const asker = new AbortController();
  const work = sideBySide([1], asker.signal, async (_, { signal }) => {
    queueMicrotask(() => asker.abort(new Error('no longer wanted')));
    await once(signal, 'abort');
    signal.throwIfAborted();
  });
  await assert.rejects(work, /no longer wanted/);
});
