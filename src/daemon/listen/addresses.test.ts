import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeExposure, parseListenAddress } from './addresses.ts';

test('addresses of every kind', () => {
  const rows: [string, boolean, unknown][] = [
    ['unix:///run/a.sock', false, { kind: 'unix', path: '/run/a.sock' }],
    ['unix://', false, { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://10.0.0.1:99', false, { kind: 'tcp', host: '10.0.0.1', port: 99 }],
    ['tcp://10.0.0.1', true, { kind: 'tcp', host: '10.0.0.1', port: 2376 }],
    ['tcp://', false, { kind: 'tcp', host: '127.0.0.1', port: 2375 }],
    ['tcp://[::1]:5', false, { kind: 'tcp', host: '::1', port: 5 }],
    ['fd://', false, { kind: 'activated' }],
  ];
  for (const [text, tls, wanted] of rows) assert.deepEqual(parseListenAddress(text, tls), wanted, text);
  for (const bad of ['http://x', '/run/x', 'tcp://a:b', 'tcp://a:99999', 'tcp://a:1/x', '']) {
    assert.throws(() => parseListenAddress(bad, false), /invalid bind address/, bad);
  }
});

test('an address that others reach wants client certificates or an explicit word', () => {
  const open = { kind: 'tcp', host: '0.0.0.0', port: 2375 } as const;
  const none = { enabled: false, verify: false, explicitlyOff: false };
  assert.throws(
    () => judgeExposure(open, none),
    /refusing to listen on tcp:\/\/0\.0\.0\.0:2375 without --tlsverify/,
  );
  assert.match(judgeExposure(open, { ...none, explicitlyOff: true }) ?? '', /without encryption/);
  assert.match(judgeExposure(open, { ...none, enabled: true }) ?? '', /without client verification/);
  assert.equal(judgeExposure(open, { ...none, enabled: true, verify: true }), null);
  assert.equal(judgeExposure({ ...open, host: '127.0.0.1' }, none), null);
  assert.throws(() => judgeExposure({ ...open, host: '127.evil.test' }, none));
});
