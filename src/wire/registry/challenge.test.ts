import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from './challenge.ts';

const shown = (header: string): string[] =>
  parseChallenges(header).map(({ scheme, parameters }) =>
    [scheme, ...[...parameters].map(([name, value]) => `${name}=${value}`)].join(' | '),
  );

test('challenges as registries write them', () => {
  assert.deepEqual(
    shown('Bearer realm="https://auth.example.org/token",service="r",scope="repository:a/b:pull,push"'),
    ['bearer | realm=https://auth.example.org/token | service=r | scope=repository:a/b:pull,push'],
  );
  assert.deepEqual(shown('Basic realm="a \\"quoted\\" one"'), ['basic | realm=a "quoted" one']);
  assert.deepEqual(shown('BASIC realm=x, Bearer realm="y" , service = z'), [
    'basic | realm=x',
    'bearer | realm=y | service=z',
  ]);
  assert.deepEqual(shown('Negotiate, Basic realm="x"'), ['negotiate', 'basic | realm=x']);
  assert.deepEqual(shown('Negotiate YII+/w==, Basic realm="x"'), ['negotiate', 'basic | realm=x']);
  assert.deepEqual(shown('Bearer realm="a",realm="b"'), ['bearer | realm=a']);
});

test('what is no challenge is left out', () => {
  for (const header of ['', ' ', ',,', '"x"', '=', '\u0000']) assert.deepEqual(shown(header), []);
  assert.deepEqual(shown('Bearer realm="cut'), ['bearer']);
});

test('any header is read, in time linear in its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => {
      for (const { scheme } of parseChallenges(header)) assert.match(scheme, /^[^ ,="]+$/);
    }),
  );
  for (const piece of ['a', ',', '"', '\\', 'a=', 'a="', ' ', 'Bearer a=b,'])
    parseChallenges(piece.repeat(1 << 16));
});
