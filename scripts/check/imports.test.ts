import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from './imports.ts';

test('every form of import is found with its line', () => {
  const source = [
    "import fs from 'node:fs';",
    'import {',
    '  a,',
    '  type b,',
    "} from '../kit/a.ts';",
    "import type { C } from './c.ts';",
    "import './effect.ts';",
    "export { d } from './d.ts';",
    "export type { E } from './e.ts';",
    "export * from './f.ts';",
    "const g = await import('./g.ts');",
  ].join('\n');
  assert.deepEqual(importsOf(source), [
    { from: 'node:fs', typeOnly: false, line: 1 },
    { from: '../kit/a.ts', typeOnly: false, line: 2 },
    { from: './c.ts', typeOnly: true, line: 6 },
    { from: './effect.ts', typeOnly: false, line: 7 },
    { from: './d.ts', typeOnly: false, line: 8 },
    { from: './e.ts', typeOnly: true, line: 9 },
    { from: './f.ts', typeOnly: false, line: 10 },
    { from: './g.ts', typeOnly: false, line: 11, lazy: true },
  ]);
});

test('exported values and words in comments are no imports', () => {
  const source = ["export const from = 'x';", "// taken from 'y'", "export type Z = 'a' | 'b';"].join('\n');
  assert.deepEqual(importsOf(source), []);
});
