import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../settings/settings.ts';
import { groupId, listenersOf } from './listeners.ts';

const sources = {
  readFile: (path: string) => Buffer.from(path),
  groupFile: 'root:x:0:\ndocker:x:998:a,b\nbroken\n',
  environment: {},
  tlsGiven: false,
};
const of = (argv: string[], more: Partial<typeof sources> = {}) =>
  listenersOf(loadSettings(argv, () => null).settings, { ...sources, ...more });

test('a group by name or number', () => {
  const { groupFile } = sources;
  assert.deepEqual(
    ['docker', '77', 'dock', 'broken'].map((name) => groupId(name, groupFile)),
    [998, 77, undefined, undefined],
  );
});

test('without -H the socket that every client knows, for the group docker', () => {
  assert.deepEqual(of([]).listeners, [{ kind: 'unix', path: '/var/run/docker.sock', gid: 998 }]);
});

test('TLS files go to TCP listeners, the authority only where clients are verified', () => {
  const files = ['--tlscert', 'c', '--tlskey', 'k', '--tlscacert', 'ca'];
  const [first] = of(['-H', 'tcp://0.0.0.0', '--tlsverify', ...files]).listeners;
  assert.deepEqual(first, {
    kind: 'tcp',
    host: '0.0.0.0',
    port: 2376,
    tls: { cert: Buffer.from('c'), key: Buffer.from('k'), clientCa: Buffer.from('ca') },
  });
  const encrypted = of(['-H', 'tcp://0.0.0.0', '--tls', ...files]);
  assert.equal(encrypted.listeners[0]?.kind === 'tcp' && encrypted.listeners[0].tls?.clientCa, null);
  assert.equal(encrypted.warnings.length, 1);
});

test('an open address wants a word', () => {
  assert.throws(() => of(['-H', 'tcp://0.0.0.0:2375']), /refusing to listen/);
  assert.equal(of(['-H', 'tcp://0.0.0.0:2375', '--tls=false'], { tlsGiven: true }).warnings.length, 1);
});

test('socket activation wants its variables', () => {
  assert.throws(() => of(['-H', 'fd://']), /no sockets found via socket activation/);
  const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: '2' };
  assert.deepEqual(of(['-H', 'fd://'], { environment }).listeners, [
    { kind: 'fd', fd: 3 },
    { kind: 'fd', fd: 4 },
  ]);
});
