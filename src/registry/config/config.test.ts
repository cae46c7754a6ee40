import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind, messageOf } from '../../errors/minke-error.ts';
import { isLocal, parseListen } from './listen.ts';
import { parseConfig } from './load.ts';

const complaint = (value: unknown): string => {
  try {
    parseConfig(typeof value === 'string' ? value : JSON.stringify(value), 'f');
  } catch (error) {
    assert.ok(isKind(error, 'invalid'), messageOf(error));
    return messageOf(error);
  }
  return '';
};

test('an empty config is a config', () => {
  const config = parseConfig('{}', 'f');
  assert.equal(config.listen, '127.0.0.1:5000');
  assert.equal(config.gc.grace, 3_600_000);
});

test('durations and sizes are written as text', () => {
  const config = parseConfig(
    JSON.stringify({
      gc: { grace: '90s' },
      uploads: { expire: '2d' },
      quotas: [
        { repositories: 'a/**', bytes: '1.5GB' },
        { repositories: ['b'], bytes: '2GiB' },
        { repositories: ['c'], bytes: 17 },
      ],
    }),
    'f',
  );
  assert.equal(config.gc.grace, 90_000);
  assert.equal(config.uploads.expire, 172_800_000);
  assert.deepEqual(
    config.quotas.map((rule) => rule.bytes),
    [1_500_000_000, 2 * 2 ** 30, 17],
  );
});

test('what is wrong is named by its place, never by its value', () => {
  assert.match(complaint('{"a":'), /^f: /);
  assert.equal(complaint({ listn: ':5000' }), 'f: listn: there is no such setting');
  assert.match(complaint({ gc: { grace: 'soon' } }), /^f: gc\.grace: a duration like/);
  assert.match(complaint({ quotas: [{ repositories: 'a' }] }), /^f: quotas\.0\.bytes: is missing/);
  assert.match(
    complaint({ tls: { certificate: 'relative', key: '/k' } }),
    /tls\.certificate: an absolute path/,
  );
  assert.match(complaint({ retention: [{ tags: 'x' }] }), /one of "keep" and "within"/);
  assert.match(
    complaint({ proxies: [{ prefix: '', upstream: 'x', insecure: 'marker' }] }).replace(/received .*/, ''),
    /^f: proxies\.0\.insecure: (?!.*marker)/,
  );
  assert.match(
    complaint({ auth: { access: [{ users: ['a'], actions: ['pull'] }] } }),
    /auth\.htpasswd is missing/,
  );
  assert.match(complaint({ auth: { token: { realm: 'https://a.example' } } }), /auth\.token\.keys/);
  assert.match(
    complaint({ auth: { htpasswd: { path: '/p' }, access: [{ anonymous: true, actions: ['pull'] }] } }),
    /auth\.token is missing/,
  );
  assert.match(
    complaint({
      proxies: [
        { prefix: 'a/', upstream: 'x' },
        { prefix: 'a/', upstream: 'y' },
      ],
    }),
    /twice/,
  );
});

test('addresses to listen at', () => {
  assert.deepEqual(parseListen('127.0.0.1:5000'), { host: '127.0.0.1', port: 5000 });
  assert.deepEqual(parseListen('[::1]:5000'), { host: '::1', port: 5000 });
  assert.deepEqual(parseListen(':0'), { port: 0 });
  assert.deepEqual(parseListen('unix:///a b'), { path: '/a b' });
  for (const bad of ['', '5000', 'a:b', 'unix://', ':70000', '::1:5000', 'a b:1']) {
    assert.throws(() => parseListen(bad), bad);
  }
  assert.equal(isLocal(parseListen('localhost:1')), true);
  assert.equal(isLocal(parseListen(':1')), false);
});

test('any JSON is a config or a complaint', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), (text) => {
      complaint(text);
    }),
  );
});
