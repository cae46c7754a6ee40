import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from '../../src/errors/minke-error.ts';
import { LineLogger } from '../../src/kit/log/logger.ts';
import { ask } from './doubles/ask.ts';
import { exchange } from './doubles/raw.ts';
import { serve } from './doubles/serve.ts';

test('ping answers its headers on GET and HEAD', async () => {
  await using served = await serve({ engine: { version: '1.2.3', swarmState: () => 'inactive' } });
  for (const method of ['GET', 'HEAD'])
    for (const path of ['/_ping', '/v1.24/_ping', '/v1.51/_ping']) {
      const { status, headers, text } = await ask(served.socket, `${method} ${path}`);
      assert.equal(status, 200);
      assert.equal(text, method === 'GET' ? 'OK' : '');
      assert.equal(headers['content-length'], method === 'GET' ? '2' : '0');
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
      assert.equal(headers['api-version'], '1.51');
      assert.equal(headers['docker-experimental'], 'false');
      assert.equal(headers.ostype, 'linux');
      assert.equal(headers['builder-version'], '2');
      assert.equal(headers.swarm, 'inactive');
      assert.equal(headers['cache-control'], 'no-cache, no-store, must-revalidate');
      assert.equal(headers.pragma, 'no-cache');
      assert.equal(headers.server, 'Minke/1.2.3 (linux)');
    }
});

test('versions outside the window, unknown paths, other methods, other spellings', async () => {
  await using served = await serve({ system: { version: async () => ({ Version: 'x' }) as never } });
  const asked = (line: string) => ask(served.socket, line);
  const tooNew = await asked('GET /v1.99/version');
  assert.equal(tooNew.status, 400);
  assert.deepEqual(tooNew.json, {
    message: 'client version 1.99 is too new. Maximum supported API version is 1.51',
  });
  assert.equal(tooNew.headers['api-version'], '1.51', 'clients negotiate by it');
  const tooOld = await asked('GET /v1.10/version');
  assert.equal(tooOld.status, 400);
  assert.equal(tooOld.headers['content-type'], 'text/plain; charset=utf-8');
  assert.match(
    tooOld.text,
    /^client version 1\.10 is too old\. .* please upgrade your client to a newer version\n$/,
  );
  for (const line of [
    'GET /nothing',
    'GET /v1.51/nothing',
    'GET /V1.51/version',
    'POST /version',
    'HEAD /version',
    'GET /version/',
    'GET /',
    'GET /v1.99/nothing',
  ]) {
    const missing = await asked(line);
    assert.equal(missing.status, 404, line);
    assert.deepEqual(missing.json ?? { message: 'page not found' }, { message: 'page not found' });
  }
  const moved = await asked('GET /v1.51//version?a=b');
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.location, '/v1.51/version?a=b');
  assert.equal((await asked('GET /v1.51/%zz')).status, 400);
  assert.equal((await asked('OPTIONS /v1.51/containers/json')).status, 200);
  assert.deepEqual((await asked('GET /version')).json, { Version: 'x' });
});

test('kinds of errors become statuses, in one form', async () => {
  const table = {
    invalid: 400,
    unauthorized: 401,
    forbidden: 403,
    'not-found': 404,
    conflict: 409,
    'not-modified': 304,
    unavailable: 503,
    'not-implemented': 501,
    deadline: 500,
    internal: 500,
  } as const;
  let kind: errors.ErrorKind = 'internal';
  await using served = await serve({
    containers: {
      start: async () => {
        throw new errors.MinkeError(kind, 'why');
      },
    },
  });
  for (const [name, status] of Object.entries(table)) {
    kind = name as errors.ErrorKind; // the table's own keys
    const answer = await ask(served.socket, 'POST /containers/c/start');
    assert.equal(answer.status, status, name);
    assert.equal(answer.text, status === 304 ? '' : '{"message":"why"}\n');
  }
});

test('what is no error of ours is a fault, and serves on', async () => {
  await using served = await serve({
    containers: {
      start: () => {
        throw new TypeError('x is undefined');
      },
    },
  });
  const answer = await ask(served.socket, 'POST /containers/c/start');
  assert.equal(answer.status, 500);
  assert.deepEqual(answer.json, { message: 'internal error: x is undefined' });
  assert.equal((await ask(served.socket, 'GET /_ping')).status, 200);
});

test('JSON bodies: type, form, size, spelling', async () => {
  const bodies: unknown[] = [];
  await using served = await serve({
    volumes: {
      create: async (request) => {
        bodies.push(request);
        return { Name: request.name } as never;
      },
    },
  });
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    ask(served.socket, 'POST /v1.51/volumes/create', { body, headers });
  const told = async (answer: ReturnType<typeof post>) => {
    const { status, json } = await answer;
    return [
      status,
      typeof json === 'object' && json !== null && 'message' in json ? json.message : undefined,
    ];
  };
  assert.deepEqual(await told(post('{}', { 'Content-Type': 'text/plain' })), [
    400,
    "unsupported Content-Type header (text/plain): must be 'application/json'",
  ]);
  assert.deepEqual(await told(post('{}', { 'Content-Type': 'nonsense' })), [
    400,
    "unsupported Content-Type header (nonsense): must be 'application/json'",
  ]);
  assert.deepEqual(await told(post('{"Name":')), [400, 'invalid JSON: unexpected EOF']);
  assert.deepEqual(await told(post('{} x')), [400, 'unexpected content after JSON']);
  assert.deepEqual(await told(post('{"Name":1}')), [400, 'invalid JSON: field Name: expected string']);
  assert.deepEqual(await told(post(`{"Name":"${'x'.repeat(17 << 20)}"}`)), [
    400,
    'request body is larger than 16777216 bytes',
  ]);
  assert.deepEqual(bodies, []);
  assert.equal(
    (await post('{"name":"a","Unknown":1}', { 'Content-Type': 'Application/JSON; charset=x' })).status,
    201,
  );
  assert.equal((await ask(served.socket, 'POST /volumes/create')).status, 201, 'no body at all');
  assert.equal((await post('null')).status, 201);
  assert.equal((await post('{"Labels":{"__proto__":"p","constructor":"c"},"Driver":null}')).status, 201);
  const empty = '"driver":"local","driverOpts":{},"labels":{}';
  assert.deepEqual(
    bodies.slice(0, 3).map((body) => JSON.stringify(body)),
    [`{"name":"a",${empty}}`, `{"name":"",${empty}}`, `{"name":"",${empty}}`],
  );
  assert.equal(
    JSON.stringify(bodies[3]),
    '{"name":"","driver":"local","driverOpts":{},"labels":{"__proto__":"p","constructor":"c"}}',
  );
  const endless =
    'POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
  assert.match(
    await exchange(served.socket, `${endless}5\r\n{"Nam\r\n7\r\ne":"b"}\r\n0\r\n\r\n`),
    /^HTTP\/1\.1 201 /,
  );
});

test('two readings of one request are no reading (request smuggling)', async () => {
  await using served = await serve({});
  const start = 'POST /containers/c/start HTTP/1.1\r\nHost: docker\r\n';
  const second = 'GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n';
  for (const [name, text] of Object.entries({
    'length and chunks': `${start}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
    'two lengths': `${start}Content-Length: 0\r\nContent-Length: 5\r\n\r\n${second}`,
    'list of lengths': `${start}Content-Length: 0, 5\r\n\r\n${second}`,
    'chunked not last': `${start}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n${second}`,
    'chunked twice': `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
    'bare line feeds': `POST /containers/c/start HTTP/1.1\nHost: docker\n\n${second}`,
    'folded header': `${start}X-A: b\r\n c: d\r\n\r\n${second}`,
    'space before colon': `${start}Content-Length : 5\r\n\r\n12345${second}`,
    'bad chunk size': `${start}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${second}`,
    'no host': `POST /containers/c/start HTTP/1.1\r\n\r\n${second}`,
    'null in header': `${start}X: a\0b\r\n\r\n${second}`,
  })) {
    const answer = await exchange(served.socket, text);
    assert.match(answer, /^HTTP\/1\.1 400 /, name);
    assert.doesNotMatch(answer, /OK$/, name);
  }
});

test('an Upgrade that no route takes is an ordinary request, the last of its connection', async () => {
  await using served = await serve({});
  const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n';
  const second = 'GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n';
  const plain = await exchange(served.socket, `GET /_ping HTTP/1.1\r\nHost: x\r\n${h2c}${second}`);
  assert.match(plain, /^HTTP\/1\.1 200 OK\r\n.*\r\nConnection: close\r\n\r\nOK$/s);
  const tcp = 'Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}';
  const missing = await exchange(served.socket, `POST /nothing HTTP/1.1\r\nHost: x\r\n${tcp}${second}`);
  assert.match(missing, /^HTTP\/1\.1 404 .*page not found"\}\n$/s);
});

test('the log holds no query, header or body', async () => {
  const lines: string[] = [];
  const log = new LineLogger({ level: 'debug', format: 'json', write: (line) => lines.push(line) });
  await using served = await serve(
    {
      volumes: {
        create: async () => {
          throw errors.internal('disk is full');
        },
      },
    },
    { log },
  );
  await ask(served.socket, 'POST /volumes/create?marker=marker', {
    body: '{"Labels":{"marker":"marker"}}',
    headers: { 'X-Registry-Auth': 'marker' },
  });
  await ask(served.socket, 'POST /volumes/create', { body: '{"marker"marker}' });
  const text = lines.join('');
  assert.match(text, /"path":"\/volumes\/create"/);
  assert.match(text, /"status":500/);
  assert.match(text, /disk is full/);
  assert.doesNotMatch(text, /marker/);
});

test('on tcp, pages and foreign names are refused', async () => {
  await using served = await serve({});
  const { server } = await served.api.handle({
    kind: 'tcp',
    host: '127.0.0.1',
    port: 0,
    names: ['engine.test'],
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}/_ping`;
  const status = async (headers: Record<string, string>, method = 'GET') => {
    const { request } = await import('node:http');
    return new Promise<number>((resolve, reject) => {
      const call = request(url, { headers, method, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.once('error', reject);
      call.end();
    });
  };
  assert.equal(await status({}), 200);
  assert.equal(await status({ Host: 'engine.test:2375' }), 200);
  assert.equal(await status({ Host: 'evil.test' }), 403);
  assert.equal(await status({ Origin: 'http://127.0.0.1' }), 403);
  assert.equal(await status({ 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await status({ Origin: 'http://evil.test' }, 'OPTIONS'), 403);
});
