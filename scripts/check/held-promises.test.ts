import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldPromises } from './held-promises.ts';

const lines = (...text: string[]) => heldPromises({ path: 'a.test.ts', text: text.join('\n') });
const word = 'may be rejected before anybody expects it';

test('a promise that is expected to be rejected behind another await is found', () => {
  assert.deepEqual(
    lines(
      '  const going = run(',
      '    one,',
      '  );',
      '  await other();',
      '  await assert.rejects(going, /no/);',
    ),
    [`a.test.ts:5: going ${word}`],
  );
  assert.deepEqual(lines('const going = run();', 'for await (const x of y) z();', 'assert.rejects(going);'), [
    `a.test.ts:3: going ${word}`,
  ]);
});

test('one of a list that is expected one after the other is found', () => {
  assert.deepEqual(
    lines('for (const call of [', '  a.b(1),', '  c(),', '])', '  await assert.rejects(call, {});'),
    [`a.test.ts:5: call ${word}`],
  );
  assert.deepEqual(
    lines('for (const call of [', '  () => a.b(1),', '])', '  await assert.rejects(call);'),
    [],
  );
});

test('what is expected at once, a function, and what was awaited are fine', () => {
  assert.deepEqual(lines('const going = run();', 'stop();', 'await assert.rejects(going);'), []);
  assert.deepEqual(lines('const going = () => run();', 'await other();', 'await assert.rejects(going);'), []);
  assert.deepEqual(
    lines('const going = async () => {', '  await a();', '};', 'await b();', 'await assert.rejects(going);'),
    [],
  );
  assert.deepEqual(
    lines('const going = run(async () => {', '  await a();', '});', 'await assert.rejects(going);'),
    [],
  );
  assert.deepEqual(lines('await assert.rejects(run(), /no/);'), []);
});
