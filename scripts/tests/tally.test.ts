import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failed, nothing, sum, told } from './tally.ts';

test('tallies add up, failures in their order', () => {
  const one = failed('types', 'no such type');
  const other = {
    passed: 3,
    failed: 1,
    skipped: 2,
    failures: [{ name: 'a test', at: 'test/a.test.ts:7', text: '1 !== 2' }],
  };
  assert.deepEqual(sum([nothing, one, other]), {
    passed: 3,
    failed: 2,
    skipped: 2,
    failures: [...one.failures, ...other.failures],
  });
});

test('what failed is told by name, place and the first lines of its error', () => {
  const stack =
    'Error: no\n    at fine (file:///a.ts:1:2)\n    at Test.run (node:internal/test_runner/test:1:2)';
  assert.equal(
    told([
      { name: 'a test', at: 'test/a.test.ts:7', text: stack },
      { name: 'a step', text: 'words' },
    ]),
    [
      '✖ a test (test/a.test.ts:7)',
      '    Error: no',
      '        at fine (file:///a.ts:1:2)',
      '',
      '✖ a step',
      '    words',
    ].join('\n'),
  );
  const long = told([{ name: 'much', text: Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\n') }]);
  assert.match(long, /line 19\n {4}… 30 lines more above$/);
  assert.equal(told([]), '');
});
