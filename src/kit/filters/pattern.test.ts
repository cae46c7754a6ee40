import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cpuTime } from '../../../test/harness/cpu-time.ts';
import { matchesGlob } from './glob.ts';
import { compilePattern } from './pattern.ts';

const cases: readonly [string, string, boolean][] = [
  ['', 'anything', true],
  ['b', 'abc', true],
  ['^b', 'abc', false],
  ['^/?web$', '/web', true],
  ['c$', 'abc', true],
  ['a.c', 'abc', true],
  ['a.c', 'a\nc', false],
  ['a\\.c', 'abc', false],
  ['^(a|b)+c?$', 'abba', true],
  ['^(?:ab){2,3}$', 'abab', true],
  ['^(?:ab){2,3}$', 'abababab', false],
  ['^a{2}$', 'aa', true],
  ['^a{2,}$', 'aaaaa', true],
  ['a{,2}', 'a{,2}', true],
  ['[a-c]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  ['[]a]', ']', true],
  ['[a-]', '-', true],
  ['\\d+-\\w', 'v12-x', true],
  ['[[:alpha:]]9', 'q9', true],
  ['[\\d_]+$', 'a_1', true],
  ['\\bweb\\b', 'my web 2', true],
  ['\\bweb\\b', 'myweb2', false],
  ['(?i)WEB', 'myweb', true],
  ['(?P<n>a)b', 'ab', true],
  ['a*?b', 'aab', true],
  ['ü', 'für', true],
  ['x{0}y', 'y', true],
];

for (const [pattern, text, expected] of cases) {
  test(`pattern ${pattern} on ${JSON.stringify(text)}`, () => {
    assert.equal(compilePattern(pattern)?.(text), expected);
  });
}

test('malformed and oversized patterns match nothing', () => {
  for (const pattern of [
    '(',
    ')',
    '[',
    '*',
    'a**',
    '\\',
    '[b-a]',
    '(?=a)',
    'a{2,1}',
    'a{1001}',
    '\\1',
    'x'.repeat(2000),
    '((a{100}){100}){100}',
  ]) {
    assert.equal(compilePattern(pattern), undefined, pattern);
  }
});

test('patterns that hold a backtracking engine for ages', () => {
  const spent = cpuTime(() => {
    for (const pattern of ['(a+)+$', '(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$', '(a?){100}a{100}'])
      compilePattern(pattern)?.(`${'a'.repeat(255)}!`);
  });
  assert.ok(spent < 1000);
});

test('simple patterns agree with the engine of the language', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(?:ab)', '^', '$', '\\w');
  const piece = fc
    .tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}'))
    .map(([a, b]) => (/^[\^$]/.test(a) ? a : a + b));
  const pattern = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[abc]{0,8}$/), (source, text) => {
      assert.equal(compilePattern(source)?.(text), new RegExp(source).test(text));
    }),
    { numRuns: 500 },
  );
});

const globs: readonly [string, string, boolean][] = [
  ['busybox', 'busybox', true],
  ['busy*', 'busybox:latest', true],
  ['*box', 'busybox', true],
  ['*', 'a/b', false],
  ['*/*', 'a/b', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[a-c]*', 'bar', true],
  ['[^a-c]*', 'bar', false],
  ['\\*', '*', true],
  ['*a*b*c', 'xaxbxc', true],
  ['', '', true],
];

for (const [pattern, text, expected] of globs) {
  test(`glob ${pattern} on ${text}`, () => assert.equal(matchesGlob(pattern, text), expected));
}

test('malformed globs', () => {
  for (const pattern of ['[', '[]', '[a', 'a\\', '[a-]', '[-a]', 'x'.repeat(5000)]) {
    assert.throws(() => matchesGlob(pattern, 'x'), /syntax error in pattern/, pattern);
  }
  const spent = cpuTime(() => assert.equal(matchesGlob('*a'.repeat(500), 'a'.repeat(499)), false));
  assert.ok(spent < 1000);
});
