import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { frameHeader } from '../../src/wire/stdcopy.ts';
import { until } from '../harness/until.ts';
import { type Pipe, pipe } from './doubles/pipe.ts';
import { exchange, RawConnection } from './doubles/raw.ts';
import { type Served, serve } from './doubles/serve.ts';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const handshake = (path: string, ...more: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: docker',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    ...more,
    '',
    '',
  ].join('\r\n');

/** A masked frame as clients send it. */
function frame(opcode: number, text: string | Buffer, final = true): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  const masked = payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, mask, masked]);
}

interface Attached {
  readonly served: Served;
  readonly pipe: Pipe;
  readonly requests: unknown[];
  readonly input: () => string;
}

async function attachable(tty: boolean): Promise<Attached> {
  const ends = pipe();
  const requests: unknown[] = [];
  let text = '';
  ends.input.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const attach = async (_ref: string, request: unknown) => {
    requests.push(request);
    return { tty, stream: ends.stream };
  };
  return { served: await serve({ containers: { attach } }), pipe: ends, requests, input: () => text };
}

const path = '/v1.51/containers/c/attach/ws?stream=1&stdin=1&stdout=1';

test('a terminal over a websocket: handshake, both ways, ping, close', async () => {
  const attached = await attachable(true);
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(Buffer.concat([Buffer.from(handshake(path)), frame(1, 'ea'), frame(2, 'rly')]));
  const head = await client.sees('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assert.match(head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
  await until('early frames', () => attached.input() === 'early');
  const long = 'y'.repeat(300);
  for (const byte of Buffer.concat([frame(1, 'fr', false), frame(9, 'p'), frame(0, long)])) {
    client.send(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  await until('a message in parts', () => attached.input() === `earlyfr${long}`);
  await client.sees('\x8a\x01p');
  attached.pipe.output.write('out');
  await client.sees('\x82\x03out');
  attached.pipe.output.write(Buffer.alloc(70_000, 'z'));
  await until('a long message', () => client.received.length > 70_000);
  client.send(frame(8, Buffer.from([3, 232])));
  await until('end of input', () => attached.pipe.input.readableEnded);
  assert.match(await client.end(), /\x88\x02\x03\xe8$/);
  assert.deepEqual(attached.requests, [
    { logs: false, stream: true, stdin: true, stdout: true, stderr: false },
  ]);
});

test('without a terminal the frames of the engine are taken off; old clients get all streams, as text', async () => {
  const attached = await attachable(false);
  await using served = attached.served;
  using client = await RawConnection.open(served.socket);
  client.send(handshake('/v1.27/containers/c/attach/ws?stream=1'));
  await client.sees('\r\n\r\n');
  const out = Buffer.concat([frameHeader('stdout', 2), Buffer.from('ab'), frameHeader('stderr', 1)]);
  attached.pipe.output.write(out);
  await client.sees('\x81\x02ab');
  attached.pipe.output.end('c');
  assert.match(await client.end(), /\x81\x01c\x88\x02\x03\xe8$/);
  assert.deepEqual(attached.requests, [
    { logs: false, stream: true, stdin: true, stdout: true, stderr: true },
  ]);
});

test('breaches of the protocol close the connection with their code', async () => {
  for (const [name, bytes, code] of [
    ['unmasked', Buffer.from([0x82, 1, 97]), '\x03\xea'],
    ['reserved bits', Buffer.from([0xf2, 0x80, 0, 0, 0, 0]), '\x03\xea'],
    ['unknown opcode', frame(3, 'a'), '\x03\xea'],
    ['long ping', frame(9, 'x'.repeat(126)), '\x03\xea'],
    ['ping in parts', frame(9, 'x', false), '\x03\xea'],
    ['huge', Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), '\x03\xf1'],
  ] as const) {
    const attached = await attachable(true);
    await using served = attached.served;
    using client = await RawConnection.open(served.socket);
    client.send(handshake(path));
    await client.sees('\r\n\r\n');
    client.send(bytes);
    assert.ok((await client.end()).endsWith(`\x88\x02${code}`), name);
    await until('the stream to be let go', () => attached.pipe.stream.destroyed);
  }
});

test('no handshake, no stream', async () => {
  const attached = await attachable(true);
  await using served = attached.served;
  const old = handshake(path).replace('Version: 13', 'Version: 8');
  assert.match(await exchange(served.socket, old), /^HTTP\/1\.1 400 .*must be 13/s);
  const keyless = handshake(path).replace(key, 'short');
  assert.match(await exchange(served.socket, keyless), /^HTTP\/1\.1 400 .*malformed Sec-WebSocket-Key/s);
  const plain = `GET ${path} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n`;
  assert.match(await exchange(served.socket, plain), /^HTTP\/1\.1 400 .*not a websocket handshake/s);
  assert.deepEqual(attached.requests, []);
});
