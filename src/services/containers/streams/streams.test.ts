import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair, Readable } from 'node:stream';
import { test } from 'node:test';
import { DetachScanner, defaultDetachKeys, parseDetachKeys } from './detach-keys.ts';
import { detachable } from './detachable.ts';
import { prefixed } from './prefixed.ts';

test('keys by name', () => {
  assert.deepEqual([...defaultDetachKeys], [16, 17]);
  assert.deepEqual([...parseDetachKeys('ctrl-@,a,CTRL-[,ctrl-_')], [0, 97, 27, 31]);
  for (const bad of ['', 'ctrl-', 'ctrl-1', 'ab', 'ctrl-p,,']) {
    assert.throws(() => parseDetachKeys(bad), /Invalid escape keys/, bad);
  }
});

const typed = (keys: string, ...chunks: string[]) => {
  const scanner = new DetachScanner(parseDetachKeys(keys));
  const passed: string[] = [];
  for (const chunk of chunks) {
    const { pass, detached } = scanner.push(Buffer.from(chunk));
    passed.push(pass.toString());
    if (detached) return { passed: passed.join(''), detached };
  }
  return { passed: passed.join(''), detached: false };
};

test('the keys are found across chunks; what only begins like them is passed on', () => {
  assert.deepEqual(typed('ctrl-p,ctrl-q', 'ab\x10\x11cd'), { passed: 'ab', detached: true });
  assert.deepEqual(typed('ctrl-p,ctrl-q', 'a\x10', '\x11'), { passed: 'a', detached: true });
  assert.deepEqual(typed('ctrl-p,ctrl-q', 'a\x10', 'b'), { passed: 'a\x10b', detached: false });
  assert.deepEqual(typed('ctrl-p,ctrl-q', '\x10\x10\x11'), { passed: '\x10', detached: true });
  assert.deepEqual(typed('a', 'xa'), { passed: 'x', detached: true });
});

/** What comes until the end; reading it whole by an iterator would destroy the other direction, too. */
async function all(stream: Readable): Promise<string> {
  let said = '';
  stream.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await once(stream, 'end');
  return said;
}

test('a detached client’s stream ends; the keys go nowhere', async () => {
  const [inner, process] = duplexPair();
  const told = Promise.withResolvers<void>();
  const outer = detachable(inner, defaultDetachKeys, told.resolve);
  process.write('out');
  assert.equal((await once(outer, 'data')).toString(), 'out');
  let input = '';
  process.on('data', (chunk: Buffer) => {
    input += chunk;
  });
  outer.write('in');
  outer.write('\x10\x11more');
  await told.promise;
  await once(outer, 'end');
  assert.equal(input, 'in');
});

test('without the keys all goes through, ends included', async () => {
  const [inner, process] = duplexPair();
  const outer = detachable(inner, defaultDetachKeys, () => assert.fail());
  outer.end('typed');
  assert.equal(await all(process), 'typed');
  process.end('printed');
  assert.equal(await all(outer), 'printed');
});

test('a stream that tells something else first', async () => {
  const [inner, process] = duplexPair();
  const outer = prefixed(Readable.from([Buffer.from('past,')]), inner);
  outer.end('typed');
  assert.equal(await all(process), 'typed');
  process.end('now');
  assert.equal(await all(outer), 'past,now');
});
