import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { conflict, internal, notFound } from '../../src/errors/minke-error.ts';
import { hungUp } from '../../src/host/fds/hung-up.ts';
import type { AttachRequest } from '../../src/services/containers/contract.ts';
import { frameHeader } from '../../src/wire/stdcopy.ts';
import { until } from '../harness/until.ts';
import { type Pipe, pipe } from './doubles/pipe.ts';
import { exchange, RawConnection } from './doubles/raw.ts';
import { type Served, serve } from './doubles/serve.ts';

interface Attached {
  readonly served: Served;
  readonly pipe: Pipe;
  readonly requests: AttachRequest[];
  readonly input: () => string;
  aborted(): boolean;
}

/** One container to attach to; `input()` is what its process has read so far. */
async function attachable(tty = false): Promise<Attached> {
  const ends = pipe();
  const requests: AttachRequest[] = [];
  let text = '';
  let aborted = false;
  ends.input.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const served = await serve({
    containers: {
      attach: async (_ref, request, signal) => {
        requests.push(request);
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return { tty, stream: ends.stream };
      },
      execStart: async (_id, body, signal) => {
        if (body.Detach) return null;
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return { tty: body.Tty, open: async () => ends.stream };
      },
    },
    system: {
      version: async () => {
        throw new Error('a second request was read');
      },
    },
  });
  return { served, pipe: ends, requests, input: () => text, aborted: () => aborted };
}

const head = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: docker', ...headers, '', ''].join('\r\n');
const upgrade = ['Connection: Upgrade', 'Upgrade: tcp'];
const query = 'stream=1&stdin=1&stdout=1&stderr=1';

test('attach with Upgrade: 101, bytes both ways, half-close ends only the input', async () => {
  const attached = await attachable();
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(head(`/v1.51/containers/c/attach?${query}`, ...upgrade, 'Content-Length: 0'));
  const answer = await client.sees('\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 101 UPGRADED\r\n/);
  assert.match(answer, /\r\nContent-Type: application\/vnd\.docker\.multiplexed-stream\r\n/);
  assert.match(answer, /\r\nConnection: Upgrade\r\n/);
  assert.match(answer, /\r\nUpgrade: tcp\r\n/);
  assert.match(answer, /\r\nApi-Version: 1\.51\r\n/);
  client.send('one\n');
  await until('input', () => attached.input() === 'one\n');
  client.socket.end('two\n');
  await until('end of input', () => attached.pipe.input.readableEnded);
  assert.equal(attached.input(), 'one\ntwo\n');
  assert.equal(attached.aborted(), false, 'a half-closed client is still there');
  attached.pipe.output.end('late');
  assert.match(await client.end(), /\r\n\r\nlate$/);
  assert.deepEqual(attached.requests, [
    { stdin: true, stdout: true, stderr: true, logs: false, stream: true },
  ]);
});

test('the content type follows version and terminal', async () => {
  for (const [version, tty, type] of [
    ['v1.41', false, 'raw-stream'],
    ['v1.42', false, 'multiplexed-stream'],
    ['v1.51', true, 'raw-stream'],
  ] as const) {
    const attached = await attachable(tty);
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    client.send(head(`/${version}/containers/c/attach?${query}`, ...upgrade));
    assert.match(await client.sees('\r\n\r\n'), new RegExp(`application/vnd\\.docker\\.${type}\r\n`));
  }
});

test('attach without Upgrade: a 200 without length, then raw bytes', async () => {
  const attached = await attachable();
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(head(`/v1.51/containers/c/attach?${query}`, 'Content-Length: 0'));
  const answer = await client.sees('\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\nContent-Type: application\/vnd\.docker\.raw-stream\r\n/);
  assert.doesNotMatch(answer, /content-length|transfer-encoding/i);
  client.send('in');
  await until('input', () => attached.input() === 'in');
  attached.pipe.output.end('out');
  assert.match(await client.end(), /\r\n\r\nout$/);
});

for (const [name, headers] of [
  ['with', upgrade],
  ['without', []],
] as const) {
  test(`bytes right behind the head belong to the stream, ${name} Upgrade`, async () => {
    const attached = await attachable();
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    client.send(`${head(`/containers/c/attach?${query}`, ...headers)}early\n`);
    await until('early input', () => attached.input() === 'early\n');
    attached.pipe.output.end();
    await client.end();
  });

  test(`bytes right behind the body belong to the stream, ${name} Upgrade`, async () => {
    const attached = await attachable();
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    const type = 'Content-Type: application/json';
    client.send(`${head('/exec/e/start', ...headers, type, 'Content-Length: 13')}{"Tty":false}early`);
    await until('early input', () => attached.input() === 'early');
    client.send(' and late');
    await until('late input', () => attached.input() === 'early and late');
    attached.pipe.output.end(frameHeader('stdout', 0));
    await client.end();
  });

  test(`a body in pieces and in chunks is put together, ${name} Upgrade`, async () => {
    const attached = await attachable();
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const message = `${head('/exec/e/start', ...headers, ...chunked)}7\r\n{"Tty":\r\n5;x=y\r\ntrue}\r\n0\r\nT: v\r\n\r\nearly`;
    for (const byte of message) {
      client.send(byte);
      await new Promise(setImmediate);
    }
    await until('early input', () => attached.input() === 'early');
    attached.pipe.output.end();
    assert.match(await client.end(), /raw-stream/);
  });

  test(`a request behind the head of a stream is never served, ${name} Upgrade`, async () => {
    const attached = await attachable();
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    const second = 'GET /version HTTP/1.1\r\nHost: docker\r\n\r\n';
    client.send(head(`/containers/c/attach?${query}`, ...headers, 'Content-Length: 0') + second);
    await until('the second request as input', () => attached.input() === second);
    client.send(second);
    await until('once more', () => attached.input() === second + second);
    attached.pipe.output.end('done');
    const answer = await client.end();
    assert.equal(answer.split('HTTP/1.1').length, 2, 'one answer');
  });
}

test('without stdin, neither bytes nor their end reach the process', async () => {
  const attached = await attachable();
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(`${head('/containers/c/attach?stream=1&stdout=1', ...upgrade)}early`);
  await client.sees('\r\n\r\n');
  client.socket.end('more');
  attached.pipe.output.write('a');
  await client.sees('\r\n\r\na');
  assert.equal(attached.input(), '');
  assert.equal(attached.pipe.input.readableEnded, false);
  attached.pipe.output.end('b');
  assert.match(await client.end(), /\r\n\r\nab$/);
});

test('the stream starts on a connection that has served requests before', async () => {
  const attached = await attachable();
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send('GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n');
  await client.sees('OK');
  client.send(`${head(`/containers/c/attach?${query}`)}early`);
  await until('early input', () => attached.input() === 'early');
  attached.pipe.output.end();
  await client.end();
});

test('a stream does not start while an answer before it is owed', async () => {
  const waiting = Promise.withResolvers<never>();
  await using served = await serve({ system: { version: () => waiting.promise } });
  using client = await RawConnection.open(served.socket);
  client.send(`GET /version HTTP/1.1\r\nHost: docker\r\n\r\n${head('/containers/c/attach', ...upgrade)}`);
  assert.equal(await client.end(), '');
  waiting.reject(internal('over'));
});

test('a client that goes away aborts the request and the stream', async () => {
  const attached = await attachable();
  await using served = attached.served;
  const client = await RawConnection.open(served.socket);
  client.send(head(`/containers/c/attach?${query}`, ...upgrade));
  await client.sees('\r\n\r\n');
  client.socket.destroy();
  await until('end of input', () => attached.input() === '' && attached.pipe.input.readableEnded);
  attached.pipe.output.write('x'.repeat(1 << 20));
  await until('abort', () => attached.aborted());
  assert.equal(attached.pipe.stream.destroyed, true);
});

test('a client that ended its input and then went away is noticed though nothing is written', async () => {
  const ends = pipe();
  let aborted = false;
  await using served = await serve(
    {
      containers: {
        attach: async (_ref, _request, signal) => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
          return { tty: true, stream: ends.stream };
        },
      },
    },
    { hungUp, hangUpMs: 10 },
  );
  const client = await RawConnection.open(served.socket);
  client.send(head(`/containers/c/attach?${query}`, ...upgrade));
  await client.sees('\r\n\r\n');
  client.socket.end();
  ends.input.resume();
  await until('end of input', () => ends.input.readableEnded);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(aborted, false, 'it still listens');
  client.socket.destroy();
  await until('abort', () => aborted);
});

test('output waits for a slow client', async () => {
  const attached = await attachable(true);
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(head(`/containers/c/attach?${query}`, ...upgrade));
  await client.sees('\r\n\r\n');
  client.socket.pause();
  const chunk = Buffer.alloc(64 * 1024);
  let accepted = 0;
  while (accepted < 64 * 1024 * 1024 && attached.pipe.output.write(chunk)) {
    accepted += chunk.length;
    await new Promise(setImmediate);
  }
  assert.ok(accepted < 8 * 1024 * 1024, `the engine took ${accepted} bytes nobody reads`);
  client.socket.resume();
  attached.pipe.output.end();
  await client.end();
});

test('errors before the stream are answers of their own', async () => {
  await using served = await serve({
    containers: {
      attach: async () => {
        throw notFound('No such container: c');
      },
      execStart: async (id) => {
        if (id === 'e') throw conflict('container c is not running');
        return {
          tty: false,
          open: async () => {
            throw internal('exec failed: "x" not found');
          },
        };
      },
    },
  });
  const attach = await exchange(served.socket, head('/v1.51/containers/c/attach', ...upgrade));
  assert.match(attach, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.match(attach, /\r\nApi-Version: 1\.51\r\n/);
  assert.match(attach, /\r\n\r\n\{"message":"No such container: c"\}\n$/);
  const json = ['Content-Type: application/json', 'Content-Length: 2'];
  const paused = await exchange(served.socket, `${head('/exec/e/start', ...upgrade, ...json)}{}`);
  assert.match(paused, /^HTTP\/1\.1 409 Conflict\r\n/);
  const failed = await exchange(served.socket, `${head('/exec/f/start', ...upgrade, ...json)}{}`);
  assert.match(failed, /^HTTP\/1\.1 101 UPGRADED\r\n/);
  assert.ok(failed.endsWith('exec failed: "x" not found\r\n'));
  const bad = await exchange(served.socket, `${head('/exec/e/start', ...upgrade, ...json)}{,`);
  assert.match(bad, /^HTTP\/1\.1 400 Bad Request\r\n/);
  const text = ['Content-Type: text/plain', 'Content-Length: 2'];
  const plain = await exchange(served.socket, `${head('/exec/e/start', ...upgrade, ...text)}{}`);
  assert.match(plain, /unsupported Content-Type header \(text\/plain\): must be 'application\/json'/);
  const chunks = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
  const broken = await exchange(served.socket, `${head('/exec/e/start', ...upgrade, ...chunks)}zz\r\n{}\r\n`);
  assert.match(broken, /malformed chunked encoding/);
});

test('the head of an exec is out before its process starts', async () => {
  const opened = Promise.withResolvers<Duplex>();
  await using served = await serve({
    containers: { execStart: async () => ({ tty: true, open: () => opened.promise }) },
  });
  using client = await RawConnection.open(served.socket);
  const json = ['Content-Type: application/json', 'Content-Length: 2'];
  client.send(`${head('/exec/e/start', ...upgrade, ...json)}{}`);
  assert.match(await client.sees('\r\n\r\n'), /^HTTP\/1\.1 101 UPGRADED\r\n/);
  const ends = pipe();
  opened.resolve(ends.stream);
  ends.output.end('said');
  assert.match(await client.end(), /said$/);
});

test('a detached exec is an ordinary answer', async () => {
  const attached = await attachable();
  await using served = attached.served;
  const json = ['Content-Type: application/json', 'Content-Length: 15'];
  const answer = await exchange(served.socket, `${head('/exec/e/start', ...json)}{"Detach":true}`);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n.*\r\nContent-Length: 0\r\n.*\r\n\r\n$/s);
});
