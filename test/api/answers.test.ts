import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { invalid, notFound } from '../../src/errors/minke-error.ts';
import type { EngineEvent } from '../../src/services/events/contract.ts';
import { until } from '../harness/until.ts';
import { ask } from './doubles/ask.ts';
import { RawConnection } from './doubles/raw.ts';
import { serve } from './doubles/serve.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: docker\r\n\r\n`;

test('wait sends its header once the waiter is registered, the body at the end', async () => {
  const end = Promise.withResolvers<{ StatusCode: number }>();
  const conditions: string[] = [];
  await using served = await serve({
    containers: {
      wait: async (_ref, condition) => {
        conditions.push(condition);
        return { result: end.promise };
      },
    },
  });
  using client = await RawConnection.open(served.socket);
  client.send('POST /v1.51/containers/c/wait?condition=removed HTTP/1.1\r\nHost: docker\r\n\r\n');
  assert.match(await client.sees('\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n/);
  using old = await RawConnection.open(served.socket);
  old.send('POST /v1.29/containers/c/wait?condition=removed HTTP/1.1\r\nHost: docker\r\n\r\n');
  await until('both waiters', () => conditions.length === 2);
  assert.equal(old.text, '', 'before 1.30 there is no header before the end');
  end.resolve({ StatusCode: 3 });
  await client.sees('{"StatusCode":3}');
  await old.sees('{"StatusCode":3}');
  assert.deepEqual(conditions, ['removed', 'not-running']);
  const wrong = await ask(served.socket, 'POST /containers/c/wait?condition=x');
  assert.deepEqual([wrong.status, wrong.json], [400, { message: 'invalid condition: "x"' }]);
});

test('a wait that the client leaves is aborted', async () => {
  let aborted = false;
  await using served = await serve({
    containers: {
      wait: async (_ref, _condition, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return { result: new Promise(() => {}) };
      },
    },
  });
  const client = await RawConnection.open(served.socket);
  client.send('POST /containers/c/wait HTTP/1.1\r\nHost: docker\r\n\r\n');
  await client.sees('\r\n\r\n');
  client.socket.destroy();
  await until('abort', () => aborted);
});

test('a signal is not aborted by the end of its own request', async () => {
  let kept: AbortSignal | undefined;
  await using served = await serve({
    containers: {
      export: async (_ref, signal) => {
        kept = signal;
        return Readable.from([Buffer.from('tar')]);
      },
    },
  });
  const answer = await ask(served.socket, 'GET /containers/c/export');
  assert.equal(answer.text, 'tar');
  assert.equal(answer.headers['content-type'], 'application/octet-stream');
  assert.equal(kept?.aborted, false);
});

const event = (number: bigint, type: EngineEvent['Type'] = 'container', action = 'start'): EngineEvent => ({
  Type: type,
  Action: action,
  Actor: { ID: 'c', Attributes: { name: 'n' } },
  scope: 'local',
  time: 1_700_000_000,
  timeNano: 1_700_000_000_000_000_000n + number,
});

test('events: exact times, framing by Accept, header before the first one', async () => {
  const queries: unknown[] = [];
  await using served = await serve({
    events: {
      async *stream(query) {
        queries.push(query);
        yield event(1n, 'image', 'create');
        yield event(2n);
      },
    },
  });
  const plain = await ask(
    served.socket,
    'GET /v1.51/events?since=1.000000005&until=2&filters={"type":{"image":true}}',
  );
  assert.equal(plain.headers['content-type'], 'application/json');
  assert.equal(plain.text.split('\n').length, 3);
  assert.match(plain.text, /"timeNano":1700000000000000002}\n$/);
  assert.deepEqual(queries, [
    { since: 1_000_000_005n, until: 2_000_000_000n, filters: new Map([['type', ['image']]]) },
  ]);
  const older = await ask(served.socket, 'GET /v1.45/events');
  assert.doesNotMatch(older.text, /"create"/);
  const sequence = await ask(served.socket, 'GET /events', { headers: { Accept: 'application/json-seq' } });
  assert.equal(sequence.headers['content-type'], 'application/json-seq');
  assert.match(sequence.text, /^\u001e\{.*\}\n\u001e\{.*\}\n$/);
  const wrong = await ask(served.socket, 'GET /events?since=3&until=2');
  assert.deepEqual(
    [wrong.status, wrong.json],
    [400, { message: '`since` time (3) cannot be after `until` time (2)' }],
  );
});

test('events: the header goes out at once, leaving ends the stream', async () => {
  let aborted = false;
  await using served = await serve({
    events: {
      async *stream(_query, signal) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted = true;
        yield* [];
      },
    },
  });
  const client = await RawConnection.open(served.socket);
  client.send(get('/events'));
  assert.match(await client.sees('\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n/);
  client.socket.destroy();
  await until('abort', () => aborted);
});

test('closing the server ends endless streams and waits for others', async () => {
  const version = Promise.withResolvers<never>();
  let asked = false;
  await using served = await serve({
    events: {
      async *stream(_query, signal) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        yield* [];
      },
    },
    system: {
      version: () => {
        asked = true;
        return version.promise;
      },
    },
  });
  using events = await RawConnection.open(served.socket);
  events.send(get('/events'));
  await events.sees('\r\n\r\n');
  using slow = await RawConnection.open(served.socket);
  slow.send(get('/version'));
  await until('the request to be there', () => asked);
  const closed = served.api.close(10_000);
  await events.end();
  version.resolve({ Version: 'done' } as never);
  await slow.sees('done');
  await closed;
});

test('logs: bytes as they come, content type by version and terminal', async () => {
  const requests: unknown[] = [];
  await using served = await serve({
    containers: {
      logs: async (_ref, request) => {
        requests.push(request);
        return { tty: false, stream: Readable.from([Buffer.from('a'), Buffer.from('b')]) };
      },
    },
  });
  const path = '/containers/c/logs?stdout=1&tail=10&since=1700000000.5&until=0&timestamps=true';
  const now = await ask(served.socket, `GET /v1.42${path}`);
  assert.equal(now.text, 'ab');
  assert.equal(now.headers['content-type'], 'application/vnd.docker.multiplexed-stream');
  const before = await ask(served.socket, `GET /v1.41${path}&follow=1`);
  assert.equal(before.headers['content-type'], 'application/vnd.docker.raw-stream');
  const common = { stdout: true, stderr: false, timestamps: true, details: false };
  assert.deepEqual(requests, [
    { ...common, follow: false, since: 1_700_000_000_500_000_000n, tail: 10 },
    { ...common, follow: true, since: 1_700_000_000_500_000_000n, tail: 10 },
  ]);
  const none = await ask(served.socket, 'GET /containers/c/logs');
  assert.deepEqual(
    [none.status, none.json],
    [400, { message: 'Bad parameters: you must choose at least one stream' }],
  );
});

test('stats: lines while streaming, one object otherwise, own errors before the first', async () => {
  await using served = await serve({
    containers: {
      stats: async (ref) => {
        if (ref === 'none') throw notFound('No such container: none');
        return Readable.from([{ id: 'c', read: '1' }]);
      },
    },
  });
  assert.equal((await ask(served.socket, 'GET /containers/c/stats')).text, '{"id":"c","read":"1"}\n');
  assert.deepEqual((await ask(served.socket, 'GET /containers/c/stats?stream=0')).json, {
    id: 'c',
    read: '1',
  });
  assert.equal((await ask(served.socket, 'GET /containers/none/stats')).status, 404);
  assert.equal((await ask(served.socket, 'GET /containers/c/stats?one-shot=1')).status, 400);
});

const stat = { name: 'f', size: 3, mode: 0o644, mtime: '2026-01-02T03:04:05.000000006Z', linkTarget: '' };

test('archives: the stat in a header, compressed where asked, bodies streamed', async () => {
  const written: { text: string; options: unknown }[] = [];
  await using served = await serve({
    containers: {
      statPath: async () => stat,
      readArchive: async () => ({ stat, tar: Readable.from([Buffer.from('tar bytes')]) }),
      writeArchive: async (_ref, path, tar, options) => {
        if (path === '/bad') throw invalid('refused');
        const chunks = await tar.toArray();
        written.push({ text: Buffer.concat(chunks).toString(), options });
      },
    },
  });
  const decoded = (header: unknown) => JSON.parse(Buffer.from(String(header), 'base64').toString());
  const head = await ask(served.socket, 'HEAD /containers/c/archive?path=/f');
  assert.equal(head.status, 200);
  assert.deepEqual(decoded(head.headers['x-docker-container-path-stat']), stat);
  const plain = await ask(served.socket, 'GET /containers/c/archive?path=/f');
  assert.equal(plain.text, 'tar bytes');
  assert.equal(plain.headers['content-type'], 'application/x-tar');
  assert.deepEqual(decoded(plain.headers['x-docker-container-path-stat']), stat);
  const zipped = await new Promise<Buffer>((resolve, reject) => {
    const path = '/containers/c/archive?path=/f';
    const headers = { 'Accept-Encoding': 'gzip' };
    request({ socketPath: served.socket, path, headers, agent: false }, (response) => {
      assert.equal(response.headers['content-encoding'], 'gzip');
      response.toArray().then((chunks) => resolve(Buffer.concat(chunks)), reject);
    }).end();
  });
  assert.equal(gunzipSync(zipped).toString(), 'tar bytes');
  const put = await ask(served.socket, 'PUT /containers/c/archive?path=/f&noOverwriteDirNonDir=1', {
    body: 'some tar',
    headers: { 'Content-Type': 'application/x-tar' },
  });
  assert.equal(put.status, 200);
  assert.deepEqual(written, [
    { text: 'some tar', options: { noOverwriteDirNonDir: true, copyUidGid: false } },
  ]);
  const body = Buffer.alloc(4 << 20);
  assert.equal((await ask(served.socket, 'PUT /containers/c/archive?path=/bad', { body })).status, 400);
  assert.equal((await ask(served.socket, 'GET /containers/c/archive')).status, 400);
});

test('a body that stops half-way is an error of the stream, not its end', async () => {
  await using served = await serve({
    containers: {
      export: async () =>
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            throw new Error('disk gone');
          })(),
        ),
    },
  });
  await assert.rejects(ask(served.socket, 'GET /containers/c/export'));
  assert.equal((await ask(served.socket, 'GET /_ping')).status, 200);
});

test('load always answers 200 and tells errors in the stream; import has its own status before it', async () => {
  const got: string[] = [];
  await using served = await serve({
    images: {
      async *load(tar, options) {
        got.push(`${Buffer.concat(await tar.toArray())} ${options.quiet}`);
        if (got.length > 1) throw invalid('not an archive');
        yield { stream: 'Loaded image: a\n' };
      },
      async *import(tar, options) {
        if (options.repo === 'Bad') throw invalid('invalid reference format');
        const bytes = (await tar.toArray()).length;
        yield { status: `${bytes} ${options.message} ${options.changes.join(',')}` };
        throw invalid('broken');
      },
    },
  });
  const load = () =>
    ask(served.socket, 'POST /images/load?quiet=0', {
      body: 'tar',
      headers: { 'Content-Type': 'application/x-tar' },
    });
  assert.equal((await load()).text, '{"stream":"Loaded image: a\\n"}\r\n');
  const failed = await load();
  assert.equal(failed.status, 200);
  assert.equal(failed.text, '{"errorDetail":{"message":"not an archive"},"error":"not an archive"}\r\n');
  assert.deepEqual(got, ['tar false', 'tar false']);
  const tarred = { body: 'tar', headers: { 'Content-Type': 'application/x-tar' } };
  const bad = await ask(served.socket, 'POST /images/create?fromSrc=-&repo=Bad', tarred);
  assert.deepEqual([bad.status, bad.json], [400, { message: 'invalid reference format' }]);
  const broken = await ask(
    served.socket,
    'POST /images/create?fromSrc=-&repo=a&changes=CMD+a&changes=ENV+b=c',
    tarred,
  );
  assert.equal(
    broken.text,
    '{"status":"1  CMD a,ENV b=c"}\r\n{"errorDetail":{"message":"broken"},"error":"broken"}\r\n',
  );
});

test('pull and push: an error before the first message has its status, a later one is in the stream', async () => {
  const got: unknown[] = [];
  const marker = Buffer.from('{"username":"ada","password":"marker"}').toString('base64url');
  await using served = await serve({
    images: {
      async *pull(request) {
        got.push(request);
        if (request.tag === 'none') throw notFound('manifest for a:none not found');
        yield { status: 'Pulling from a', id: '1' };
        throw invalid('broken');
      },
      async *push(request) {
        got.push(request);
        yield { status: 'The push refers to repository [a]' };
      },
    },
  });
  const headers = { 'X-Registry-Auth': marker };
  const none = await ask(served.socket, 'POST /images/create?fromImage=a&tag=none');
  assert.deepEqual([none.status, none.json], [404, { message: 'manifest for a:none not found' }]);
  const some = await ask(served.socket, 'POST /images/create?fromImage=a&tag=1&platform=linux/arm64', {
    headers,
  });
  assert.equal(
    some.text,
    '{"status":"Pulling from a","id":"1"}\r\n{"errorDetail":{"message":"broken"},"error":"broken"}\r\n',
  );
  const pushed = await ask(served.socket, 'POST /images/a/b/push?tag=1', { headers });
  assert.equal(pushed.text, '{"status":"The push refers to repository [a]"}\r\n');
  const ada = {
    username: 'ada',
    password: 'marker',
    identityToken: '',
    registryToken: '',
    serverAddress: '',
  };
  assert.partialDeepStrictEqual(got, [
    { image: 'a', tag: 'none' },
    { image: 'a', tag: '1', platform: 'linux/arm64', credentials: ada },
    { image: 'a/b', tag: '1', credentials: ada },
  ]);
});

test('an upload that the client breaks off is an error of its stream', async () => {
  const seen: string[] = [];
  await using served = await serve({
    images: {
      async *load(tar) {
        try {
          for await (const chunk of tar) seen.push(String(chunk));
        } catch {
          seen.push('broken off');
          throw invalid('unexpected end');
        }
        yield {};
      },
    },
  });
  const client = await RawConnection.open(served.socket);
  client.send('POST /images/load HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  await until('half', () => seen.includes('half'));
  client.socket.destroy();
  await until('the error', () => seen.includes('broken off'));
});
