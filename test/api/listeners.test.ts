import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createApi } from '../../src/api/api.ts';
import { tlsOptions } from '../../src/api/listener.ts';
import { ask } from './doubles/ask.ts';
import { services } from './doubles/engine.ts';

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'minke-listen-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('a unix socket is for its owner and group alone, from the first moment', async () => {
  await using directory = await folder();
  const api = createApi(services({}));
  const path = join(directory.path, 'new', 'api.sock');
  const before = process.umask(0);
  try {
    const gid = process.getgid?.() ?? 0;
    const { address } = await api.handle({ kind: 'unix', path, gid });
    assert.equal(address, `unix:${path}`);
  } finally {
    assert.equal(process.umask(before), 0, 'the umask is given back');
  }
  assert.equal((await stat(path)).mode & 0o777, 0o660);
  assert.equal((await ask(path, 'GET /_ping')).text, 'OK');
  await api.close(0);
});

test('a dead socket is replaced, a living one and other files are not', async () => {
  await using directory = await folder();
  const path = join(directory.path, 'api.sock');
  const first = createApi(services({}));
  await first.handle({ kind: 'unix', path });
  const second = createApi(services({}));
  await assert.rejects(second.handle({ kind: 'unix', path }), /in use by another process/);
  await first.close(0);
  const file = join(directory.path, 'file');
  await writeFile(file, 'precious');
  await assert.rejects(second.handle({ kind: 'unix', path: file }), /exists and is no socket/);
  const link = join(directory.path, 'link');
  await symlink(file, link);
  await assert.rejects(second.handle({ kind: 'unix', path: link }), /exists and is no socket/);
  const dead = createServer().listen(join(directory.path, 'dead'));
  const left = join(directory.path, 'left');
  await new Promise((resolve) => dead.once('listening', resolve));
  await rename(join(directory.path, 'dead'), left);
  await new Promise((resolve) => dead.close(resolve));
  await second.handle({ kind: 'unix', path: left });
  assert.equal((await ask(left, 'GET /_ping')).text, 'OK');
  await second.close(0);
});

test('a taken port is an error that says so', async () => {
  const api = createApi(services({}));
  const { server } = await api.handle({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const other = createApi(services({}));
  await assert.rejects(other.handle({ kind: 'tcp', host: '127.0.0.1', port: address.port }), /EADDRINUSE/);
  await api.close(0);
  await other.close(0);
});

test('a listening socket that was handed over is served', async (t) => {
  await using directory = await folder();
  const path = join(directory.path, 'given.sock');
  const made = join(directory.path, 'made.sock');
  const giver = createServer();
  await new Promise<void>((resolve) => giver.listen(made, resolve));
  await rename(made, path); // closing the giver removes the path that it made
  const program = fileURLToPath(new URL('./doubles/on-fd.ts', import.meta.url));
  const { fd } = Reflect.get(giver, '_handle');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit', fd] });
  t.after(() => child.kill('SIGKILL'));
  giver.close();
  await once(child.stdout ?? child, 'data');
  assert.equal((await ask(path, 'GET /_ping')).text, 'OK');
  child.stdin?.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('close lets nobody hold it up: idle connections, half-sent requests', async () => {
  const api = createApi(services({}));
  const { server } = await api.handle({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const idle = connectTcp(address.port, '127.0.0.1');
  const half = connectTcp(address.port, '127.0.0.1', () => half.write('GET /_ping HT'));
  for (const socket of [idle, half]) socket.on('error', () => {});
  await new Promise((resolve) => idle.once('connect', resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await api.close(100);
  for (const socket of [idle, half]) socket.destroy();
});

test('client certificates: only of the given authority, which may not be empty', () => {
  const tls = { cert: 'c', key: 'k', clientCa: 'ca' };
  const options = tlsOptions(tls);
  assert.deepEqual(
    [options.ca, options.requestCert, options.rejectUnauthorized, options.minVersion],
    ['ca', true, true, 'TLSv1.2'],
  );
  assert.equal(tlsOptions({ ...tls, clientCa: null }).requestCert, undefined);
  assert.throws(() => tlsOptions({ ...tls, clientCa: '' }), /authority file is empty/);
});
