import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duplicates } from './duplicates.ts';

const block = ['const a = 1;', 'const b = a + 1;', 'const c = b + 1;', 'use(a, b, c);'];

test('a run that stands in two files is named with its lines in both', () => {
  const one = { path: 'one.ts', text: ['// first', ...block, 'end();'].join('\n') };
  const two = { path: 'two.ts', text: ['start();', ...block].join('\n') };
  assert.deepEqual(duplicates([one, two], 3), ['two.ts:2-5 ~ one.ts:2-5 (4 lines)']);
});

test('shorter runs, comments and imports do not count', () => {
  const one = { path: 'one.ts', text: block.join('\n') };
  const two = { path: 'two.ts', text: block.slice(0, 2).join('\n') };
  assert.deepEqual(duplicates([one, two], 3), []);
  const imports = ['import {', '  a,', '  b,', '  c,', "} from './x.ts';", '/* a', 'b', 'c', 'd */'].join(
    '\n',
  );
  assert.deepEqual(
    duplicates(
      [
        { path: 'a.ts', text: imports },
        { path: 'b.ts', text: imports },
      ],
      2,
    ),
    [],
  );
});
