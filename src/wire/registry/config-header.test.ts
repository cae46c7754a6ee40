import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConfigHeader } from './config-header.ts';

const header = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('credentials by the domain of references', () => {
  const found = parseConfigHeader(
    header({
      'https://index.docker.io/v1/': { username: 'ada', password: 'a' },
      'r.test:5000': { auth: Buffer.from('bob:b:c').toString('base64') },
      'bad.test': 'no object',
    }),
  );
  assert.deepEqual([...found.keys()], ['docker.io', 'r.test:5000']);
  assert.deepEqual([found.get('docker.io')?.username, found.get('r.test:5000')?.password], ['ada', 'b:c']);
});

test('whatever comes, nothing is thrown', () => {
  for (const text of [undefined, '', 'x', header([]), header(null), header(1)])
    assert.equal(parseConfigHeader(text).size, 0);
  fc.assert(fc.property(fc.string(), (text) => void parseConfigHeader(text)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void parseConfigHeader(header(value))));
});
