import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circles } from './circles.ts';

const file = (path: string, ...lines: string[]) => ({ path, text: lines.join('\n') });

test('files that lead to each other are named together, types or not', () => {
  const found = circles([
    file('a/one.ts', "import { two } from '../b/two.ts';"),
    file('b/two.ts', "import type { Three } from './three.ts';", "import './four.ts';"),
    file('b/three.ts', "export { one } from '../a/one.ts';"),
    file('b/four.ts', "import fs from 'node:fs';"),
    file('x.ts', "import { y } from './y.ts';", "import { a } from './a/one.ts';"),
    file('y.ts', "import { x } from './x.ts';"),
  ]);
  assert.deepEqual(found, ['a/one.ts ↔ b/three.ts ↔ b/two.ts', 'x.ts ↔ y.ts']);
});

test('one way, twice the same, and what is loaded later are no circle', () => {
  const found = circles([
    file('one.ts', "import { two } from './two.ts';", "import { three } from './three.ts';"),
    file('two.ts', "import { three } from './three.ts';"),
    file('three.ts', "const one = await import('./one.ts');"),
  ]);
  assert.deepEqual(found, []);
});
