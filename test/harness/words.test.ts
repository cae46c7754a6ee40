import assert from 'node:assert/strict';
import { test } from 'node:test';
import { words } from './words.ts';

test('words are split as a shell splits them', () => {
  assert.deepEqual(words('run  --rm busybox true'), ['run', '--rm', 'busybox', 'true']);
  assert.deepEqual(words(`sh -c "echo 'a b'; exit 3"`), ['sh', '-c', "echo 'a b'; exit 3"]);
  assert.deepEqual(words(`--format '{{.State.Status}}' x''y ""`), [
    '--format',
    '{{.State.Status}}',
    'xy',
    '',
  ]);
  assert.deepEqual(words(`a\\ b "c\\"d" "e\\n" 'f\\n'`), ['a b', 'c"d', 'e\\n', 'f\\n']);
});

test('an open quote is an error', () => {
  assert.throws(() => words("echo 'a"), /not closed/);
});
