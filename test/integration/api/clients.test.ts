/** Clients that vanish, close one half, send too much, too little or nonsense: the daemon and the containers go on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { pathsBelow } from '../../harness/files-below.ts';
import { busyboxTar, loadBusybox } from '../../harness/images/busybox.ts';
import { assertNoDescriptorsLeft } from '../../harness/leaks/leaked.ts';
import { descriptors } from '../../harness/leaks/snapshot.ts';
import { until } from '../../harness/until.ts';

let engine: Engine;

before(async () => {
  engine = await startEngine('minke');
  await loadBusybox(engine);
  const argv = ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.1; done'];
  assert.equal((await engine.docker(['run', '-d', '--name', 'talks', 'busybox', ...argv])).code, 0);
  assert.equal((await engine.docker(['run', '-di', '--name', 'echoes', 'busybox', 'cat'])).code, 0);
});

after(async () => assert.deepEqual(await engine.stop(), []));

/** What the daemon and its keeper have open. */
async function open(): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  for (const pid of await engine.processes()) found.set(pid, await descriptors(pid));
  return found;
}

async function assertClosed(before: ReadonlyMap<number, string[]>): Promise<void> {
  for (const pid of await engine.processes()) {
    const list = before.get(pid);
    if (list !== undefined) await assertNoDescriptorsLeft(pid, list);
  }
}

/** A connection by hand; what comes is in `text`. */
async function raw(): Promise<{ socket: Socket; text: () => string; ended: () => boolean }> {
  const socket = connect({ path: engine.socket, allowHalfOpen: true });
  let [text, ended] = ['', false];
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  socket.on('end', () => {
    ended = true;
  });
  socket.on('close', () => {
    ended = true;
  });
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return { socket, text: () => text, ended: () => ended };
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: docker', ...headers, '', ''].join('\r\n');

test('clients that vanish from every kind of stream leave nothing open', async () => {
  const exec = await engine.api('POST', '/containers/talks/exec', { Cmd: ['true'] });
  assert.equal(exec.status, 201);
  const before = await open();
  const streams = [
    head('GET /events'),
    head('GET /containers/talks/logs?follow=1&stdout=1'),
    head('GET /containers/talks/stats'),
    head('POST /containers/talks/wait', 'Content-Length: 0'),
    head('POST /containers/talks/attach?stream=1&stdout=1&stdin=1', 'Connection: Upgrade', 'Upgrade: tcp'),
    head('POST /containers/echoes/attach?stream=1&stdout=1', 'Content-Length: 0'),
  ];
  const clients = await Promise.all(
    Array.from({ length: 10 }, () => streams).flatMap((round) =>
      round.map(async (request) => {
        const client = await raw();
        client.socket.write(request);
        return client;
      }),
    ),
  );
  // `wait` sends its header at once, too.
  for (const client of clients) await until('an answer to begin', () => client.text().includes('HTTP/1.1 '));
  for (const client of clients) client.socket.destroy();
  await assertClosed(before);
  assert.equal((await engine.api('GET', '/containers/talks/json')).status, 200);
});

test('a client that closes its half after the input gets the output, on a bare connection', async () => {
  const body = { Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true };
  assert.equal((await engine.api('POST', '/containers/create?name=once', body)).status, 201);
  const client = await raw();
  client.socket.write(
    head('POST /containers/once/attach?stream=1&stdin=1&stdout=1', 'Connection: Upgrade', 'Upgrade: tcp'),
  );
  await until('the stream', () => client.text().includes('\r\n\r\n'));
  assert.equal((await engine.api('POST', '/containers/once/start')).status, 204);
  client.socket.end('one half\n');
  await until('the end', client.ended);
  assert.ok(client.text().endsWith('one half\n'), client.text());
  client.socket.destroy();
});

test('docker clients that are killed in the middle: what they started goes on, what they sent is gone', async () => {
  const before = await open();
  const started = (...args: string[]) => {
    const child = spawn(engine.client, args, { env: engine.env, stdio: ['ignore', 'pipe', 'ignore'] });
    const client = { child, ended: once(child, 'exit'), said: '' };
    child.stdout.on('data', (bytes: Buffer) => {
      client.said += bytes.toString();
    });
    return client;
  };
  const says = [
    started('logs', '-f', 'talks'),
    started('stats', 'talks'),
    started('attach', '--no-stdin', 'talks'),
  ];
  const silent = [
    started('events'),
    started('wait', 'talks'),
    started('exec', 'talks', 'sleep', '321'),
    started('run', '--name', 'orphan', 'busybox', 'sleep', '300'),
  ];
  for (const client of says) await until('it to say something', () => client.said !== '');
  const shown = async (args: readonly string[], words: string) =>
    (await engine.docker(args)).stdout.includes(words);
  await until('the exec', () => shown(['top', 'talks'], 'sleep 321'));
  await until('the container', () => shown(['inspect', '-f', '{{.State.Running}}', 'orphan'], 'true'));
  for (const { child, ended } of [...says, ...silent]) {
    child.kill('SIGKILL');
    await ended;
  }
  const state = await engine.docker(['inspect', '-f', '{{.State.Running}}', 'talks', 'orphan']);
  assert.equal(state.stdout, 'true\ntrue\n');
  assert.equal((await engine.docker(['rm', '-f', 'orphan'])).code, 0);
  // The exec goes on as in Docker; it ends here.
  await engine.docker(['exec', 'talks', 'killall', 'sleep']);
  await assertClosed(before);
});

test('an archive that breaks off leaves no image and no scratch file', async () => {
  const tar = await readFile(await busyboxTar());
  const images = async () => (await engine.api('GET', '/images/json?all=1')).text;
  const [before, had] = [await open(), await images()];
  for (const length of [10, 600, Math.floor(tar.length / 2), tar.length - 2000]) {
    for (const request of [
      '/images/load',
      '/images/create?fromSrc=-&repo=cut',
      '/containers/talks/archive?path=/tmp',
    ]) {
      const client = await raw();
      const method = request.includes('archive') ? 'PUT' : 'POST';
      client.socket.write(
        head(`${method} ${request}`, 'Content-Type: application/x-tar', `Content-Length: ${tar.length}`),
      );
      client.socket.write(tar.subarray(0, length));
      await until('it to be sent', () => client.socket.writableLength === 0);
      client.socket.destroy();
    }
  }
  await assertClosed(before);
  assert.equal(await images(), had);
  const scratch = () => pathsBelow(join(engine.dataRoot, 'tmp'));
  await until('scratch files to go', async () => (await scratch()).length === 0);
});

test('bodies that are huge, deep, cut, or of no encoding are refused in words', async () => {
  const refused = async (body: Uint8Array, pattern: RegExp) => {
    const client = await raw();
    client.socket.write(
      head(
        'POST /containers/create',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        'Connection: close',
      ),
    );
    client.socket.write(body);
    await until('an answer', () => /"message":.*\}/.test(client.text()), { limit: 120_000 });
    client.socket.destroy();
    assert.match(client.text(), /^HTTP\/1\.1 400 /);
    assert.match(client.text(), pattern);
  };
  const text = (json: string) => Buffer.from(json);
  await refused(Buffer.alloc(100 << 20, ' '), /larger than/);
  await refused(text(`{"Image":"busybox","Labels":${'['.repeat(2_000_000)}`), /invalid JSON/);
  await refused(
    text(`{"Image":"${'x'.repeat(1 << 20)}"}`),
    /repository name must not be more than 255 characters/,
  );
  await refused(text('{"Image":"busybox"'), /invalid JSON/);
  await refused(Buffer.from([0xff, 0xfe, 0x00, 0x7b]), /"message":"\w/);
  await refused(text('"text"'), /"message":"\w/);
  await refused(text('{"Image":{"a":1},"Cmd":7}'), /"message":"\w/);
  assert.equal((await engine.api('GET', '/_ping')).status, 200);
});

test('requests that are none, and heads without end', async () => {
  const before = await open();
  const statusOf = async (text: string) => {
    const client = await raw();
    client.socket.write(text);
    await until('an answer or the end', () => client.ended() || client.text().includes('\r\n\r\n'));
    client.socket.destroy();
    return /^HTTP\/1\.1 (\d+)/.exec(client.text())?.[1];
  };
  assert.equal(await statusOf('nonsense\r\n\r\n'), '400');
  assert.equal(await statusOf('GET / HTTP/9.9\r\n\r\n'), '400');
  assert.equal(await statusOf(head('GET /containers/%zz/json')), '400');
  assert.equal(await statusOf(head('GET /_ping', `X-Large: ${'x'.repeat(2 << 20)}`)), '431');
  assert.equal(await statusOf('\x16\x03\x01\x02\x00\x01\x00'), '400');
  const silent = await Promise.all(Array.from({ length: 50 }, raw));
  for (const client of silent) client.socket.write('GET /_ping HT');
  assert.equal((await engine.api('GET', '/_ping')).status, 200);
  for (const client of silent) client.socket.destroy();
  await assertClosed(before);
});
