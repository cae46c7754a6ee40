import assert from 'node:assert/strict';
import { Duplex, PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ChunkedReader } from './chunked.ts';
import { Connection } from './connection.ts';
import { parseHead } from './head.ts';

test('status line and fields', () => {
  const head = parseHead('HTTP/1.1 200 OK\r\nContent-Type: a\r\nX: 1\r\nx:  2 \r\nbroken\r\n');
  assert.equal(head.status, 200);
  assert.deepEqual(
    [...head.headers],
    [
      ['content-type', 'a'],
      ['x', '1, 2'],
    ],
  );
  for (const bad of ['', 'HTTP/2 200', 'hello', 'HTTP/1.1 2x0']) assert.throws(() => parseHead(bad));
});

test('chunks in pieces of any size', () => {
  const source = Buffer.from('4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\nTrailer: x\r\n\r\nREST');
  for (let size = 1; size <= source.length; size++) {
    const reader = new ChunkedReader();
    let text = '';
    let used = 0;
    for (let at = 0; at < source.length && !reader.done; at += size)
      used += reader.push(source.subarray(at, at + size), (chunk) => {
        text += chunk;
      });
    assert.equal(text, 'Wikipedia');
    assert.ok(reader.done);
    assert.equal(source.subarray(used).toString().startsWith('REST'), true);
  }
  for (const bad of ['x\r\n', '-1\r\n', '1\r\nab\r\n', `${'f'.repeat(13)}\r\n`])
    assert.throws(() => new ChunkedReader().push(Buffer.from(bad), () => undefined));
});

/** A connection whose far end is in the test's hand. */
function pair(): {
  connection: Connection;
  sent: () => string;
  answer: (text: string) => void;
  end: () => void;
} {
  const up = new PassThrough();
  const down = new PassThrough();
  let sent = '';
  up.on('data', (chunk: Buffer) => {
    sent += chunk.toString();
  });
  const socket = new Duplex({
    read: () => void down.resume(),
    write: (chunk: Buffer, _encoding, done) => void up.write(chunk, () => done()),
  });
  down.on('data', (chunk: Buffer) => socket.push(chunk));
  down.on('end', () => socket.push(null));
  return {
    connection: new Connection(socket),
    sent: () => sent,
    answer: (text) => void down.write(text),
    end: () => void down.end(),
  };
}

const get = { method: 'GET', path: '/x', headers: { Host: 'h' } };

test('one connection serves several messages', async () => {
  const { connection, sent, answer } = pair();
  const first = connection.request(get);
  answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
  assert.equal(await (await first).body.text(), 'hi');
  assert.equal(connection.idle, true);
  const second = connection.request({ ...get, method: 'POST' }, '{"a":1}');
  answer(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );
  const response = await second;
  assert.equal(response.status, 201);
  assert.equal(await response.body.text(), 'abc');
  assert.match(
    sent(),
    /^GET \/x HTTP\/1.1\r\nHost: h\r\n\r\nPOST \/x HTTP\/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n\{"a":1\}$/,
  );
});

test('a body that is cut short is an error, one until the end is not', async () => {
  const short = pair();
  const cut = short.connection.request(get);
  short.answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab');
  const response = await cut;
  short.end();
  await assert.rejects(response.body.text(), /unexpected EOF/);

  const open = pair();
  const whole = open.connection.request(get);
  open.answer('HTTP/1.1 200 OK\r\n\r\nab');
  const answered = await whole;
  open.end();
  assert.equal(await answered.body.text(), 'ab');
});

test('a connection that ends before the answer', async () => {
  const { connection, end } = pair();
  const waiting = connection.request(get);
  end();
  await assert.rejects(waiting, /unexpected EOF/);
  assert.equal(connection.closed, true);
});

test('an upgrade hands the stream over with what came right behind', async () => {
  const { connection, answer } = pair();
  const waiting = connection.hijack({ ...get, method: 'POST' });
  answer('HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nearly');
  const hijacked = await waiting;
  assert.ok('socket' in hijacked);
  assert.equal(hijacked.early.toString(), 'early');
  answer(' late');
  const [late] = await new Promise<Buffer[]>((resolve) => {
    hijacked.socket.once('data', (data: Buffer) => resolve([data]));
    hijacked.socket.resume();
  });
  assert.equal(late?.toString(), ' late');
});

test('fields can not be smuggled into a request', async () => {
  const { connection, sent, answer } = pair();
  const waiting = connection.request({ ...get, headers: { 'X-A': 'a\r\nX-B: b' } });
  answer('HTTP/1.1 204 No Content\r\n\r\n');
  await (await waiting).body.text();
  assert.doesNotMatch(sent(), /\r\nX-B/);
});

test('an upload goes on when the answer begins early, and ends when it is a refusal', async () => {
  for (const [status, pieces] of [
    [200, 3],
    [500, 1],
  ] as const) {
    const { connection, sent, answer } = pair();
    let next: () => void = () => undefined;
    async function* body(): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < 3; piece++) {
        yield Buffer.from(`piece${piece}`);
        await new Promise<void>((resolve) => {
          next = resolve;
        });
      }
    }
    const waiting = connection.request({ ...get, method: 'POST' }, body());
    answer(`HTTP/1.1 ${status} X\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const response = await waiting;
    for (let turn = 0; turn < 3; turn++) {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    }
    answer('0\r\n\r\n');
    await response.body.text();
    assert.equal(sent().match(/piece\d/g)?.length, pieces);
    assert.equal(connection.idle, status === 200);
  }
});
