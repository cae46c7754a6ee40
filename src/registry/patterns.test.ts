import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesAny, matchesRepository } from './patterns.ts';

test('one star is within a part, two are any number of parts', () => {
  for (const [pattern, name, fits] of [
    ['team/app', 'team/app', true],
    ['team/*', 'team/app', true],
    ['team/*', 'team/app/x', false],
    ['team/*', 'team', false],
    ['team/**', 'team', true],
    ['team/**', 'team/a/b/c', true],
    ['**', 'a/b', true],
    ['**/app', 'app', true],
    ['**/app', 'a/b/app', true],
    ['**/app', 'a/b/application', false],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/z/y/z', true],
    ['a/**/z', 'a/b/z/y', false],
    ['pr-?', 'pr-1', true],
    ['', '', true],
  ] as const) {
    assert.equal(matchesRepository(pattern, name), fits, `${pattern} ${name}`);
  }
  assert.equal(matchesAny(['x', 'a*'], 'abc'), true);
  assert.equal(matchesAny([], 'abc'), false);
});

test('many stars cost no more than pattern times name', () => {
  const name = `${'a/'.repeat(120)}b`;
  assert.equal(matchesRepository(`${'**/a/'.repeat(60)}c`, name), false);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('**', '*', 'a', 'b'), { minLength: 1 }),
      fc.array(fc.constantFrom('a', 'b'), { minLength: 1 }),
      (pattern, parts) => {
        const expected = new RegExp(
          `^${pattern.map((part) => (part === '**' ? '(?:[ab]/)*' : part === '*' ? '[ab]/' : `${part}/`)).join('')}$`,
        );
        assert.equal(
          matchesRepository(pattern.join('/'), parts.join('/')),
          expected.test(`${parts.join('/')}/`),
        );
      },
    ),
  );
});
