/** The client against a server in the test's hand: versions, errors, connections. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client, newestVersion, olderThan } from '../../src/client/client.ts';
import { listContainers } from '../../src/client/containers/list.ts';
import { dialer } from '../../src/client/transport/dial.ts';
import { isKind } from '../../src/errors/minke-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-client-'));
const servers: Server[] = [];
after(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true });
});

let count = 0;
async function clientOf(listener: RequestListener, version?: string): Promise<Client> {
  const path = join(folder, `${count++}.sock`);
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return new Client({ dial: dialer({ kind: 'unix', path }, undefined), host: `unix://${path}`, version });
}

const json = (value: unknown): string => JSON.stringify(value);

test('versions are compared by number', () => {
  assert.equal(olderThan('1.9', '1.24'), true);
  assert.equal(olderThan('1.51', '1.51'), false);
  assert.equal(olderThan('2.0', '1.51'), false);
});

test('an older daemon names what it speaks, and is asked again', async () => {
  const paths: string[] = [];
  const client = await clientOf((request, response) => {
    paths.push(request.url ?? '');
    if (request.url?.startsWith('/v1.41/')) return response.end('[]');
    response.statusCode = 400;
    return response.end(
      json({ message: `client version ${newestVersion} is too new. Maximum supported API version is 1.41` }),
    );
  });
  await listContainers(client, { all: true });
  await listContainers(client);
  assert.deepEqual(paths, [
    `/v${newestVersion}/containers/json?all=1`,
    '/v1.41/containers/json?all=1',
    '/v1.41/containers/json',
  ]);
  assert.equal(await client.version(), '1.41');
});

test('a version that was asked for is kept', async () => {
  const client = await clientOf((request, response) => {
    response.statusCode = 400;
    response.end(json({ message: `client version 1.30 is too old. ${request.url}` }));
  }, '1.30');
  await assert.rejects(
    listContainers(client),
    /^ApiError: Error response from daemon: client version 1.30 is too old/,
  );
});

test('what can not be sent twice is sent after the version is known', async () => {
  const asked: string[] = [];
  const client = await clientOf((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Api-Version', '1.44');
    request.resume().on('end', () => response.end('{}'));
  });
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('tar');
  }
  await client.text('PUT', '/x', { raw: body() });
  assert.deepEqual(asked, ['HEAD /_ping', 'PUT /v1.44/x']);
});

test('errors carry the kind of their status and the words of the daemon', async () => {
  const client = await clientOf((request, response) => {
    response.statusCode = Number(request.url?.split('/').at(-1));
    response.end(response.statusCode === 502 ? '<html>proxy</html>' : json({ message: ' no such thing\n' }));
  });
  for (const [status, kind] of [
    [404, 'not-found'],
    [409, 'conflict'],
    [500, 'internal'],
    [503, 'unavailable'],
    [418, 'invalid'],
  ] as const)
    await assert.rejects(client.json('GET', `/${status}`), (error) => {
      assert.ok(isKind(error, kind));
      assert.equal(error.message, 'Error response from daemon: no such thing');
      return true;
    });
  await assert.rejects(client.json('GET', '/502'), /<html>proxy<\/html>/);
});

test('one connection is used for several requests, and a closed one is replaced', async () => {
  const ports = new Set<object>();
  let requests = 0;
  const client = await clientOf((request, response) => {
    ports.add(request.socket);
    if (++requests === 3)
      request.socket.destroy(); // as after an idle time: closed under the client's hands
    else response.end('[]');
  });
  await listContainers(client);
  await listContainers(client);
  assert.equal(ports.size, 1);
  await listContainers(client);
  assert.equal(requests, 4);
  client.close();
});

test('an abort ends a request that hangs', async () => {
  const client = await clientOf(() => undefined);
  const stop = new AbortController();
  const waiting = client.json('GET', '/hang', { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 20);
  await assert.rejects(waiting, /enough/);
});

test('answers of another shape are an error, not a crash', async () => {
  const client = await clientOf((_request, response) => response.end('[{"Id":5}]'));
  await assert.rejects(
    listContainers(client),
    /invalid answer from the daemon: string expected, number found/,
  );
  const broken = await clientOf((_request, response) => response.end('{'));
  await assert.rejects(listContainers(broken), /invalid answer from the daemon/);
});

test('no daemon', async () => {
  const client = new Client({
    dial: dialer({ kind: 'unix', path: '/nonexistent/x' }, undefined),
    host: 'unix:///nonexistent/x',
  });
  await assert.rejects(listContainers(client), {
    message: 'Cannot connect to the Docker daemon at unix:///nonexistent/x. Is the docker daemon running?',
  });
});
