import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatagramEcho, StreamEcho } from './echo.ts';

test('a connection: greeted, then every byte once and in order', () => {
  const echo = new StreamEcho('c0-1');
  assert.deepEqual([echo.next(), echo.next()], ['0\n', '1\n']);
  echo.hear('c0-1\n0');
  assert.equal(echo.heard, 0);
  echo.hear('\n1\n');
  assert.deepEqual([echo.said, echo.heard, echo.fault], [2, 2, undefined]);
  for (const [words, wrong] of [
    ['what nobody said', 'c0-1\n0\n'],
    ['another greeting', 'c0-2\n'],
  ] as const) {
    const other = new StreamEcho('c0-1');
    other.hear(wrong);
    assert.notEqual(other.fault, undefined, words);
  }
  echo.next();
  echo.hear('1\n');
  assert.match(echo.fault ?? '', /^"1\\n" came where "2\\n" was due$/);
});

test('datagrams: any may be lost, none comes twice or from another', () => {
  const echo = new DatagramEcho('c0-1');
  for (let times = 0; times < 3; times++) echo.next();
  echo.hear('c0-1 1');
  assert.deepEqual([echo.heard, echo.fault], [2, undefined]);
  // Late, but it is one of ours.
  echo.hear('c0-1 0');
  assert.deepEqual([echo.heard, echo.fault], [2, undefined]);
  echo.hear('c0-1 0');
  assert.match(echo.fault ?? '', /^"c0-1 0" came to one who speaks with c0-1/);
  const other = new DatagramEcho('c0-1');
  other.next();
  other.hear('c0-2 0');
  assert.notEqual(other.fault, undefined);
});
