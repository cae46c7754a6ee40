/** From a server in this process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { isKind } from '../../../errors/minke-error.ts';
import { download } from './download.ts';
import { Transport } from './transport.ts';

const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  const { url = '' } = request;
  if (url === '/file') response.writeHead(200, { 'Content-Length': 4 }).end('file');
  else if (url === '/moved') response.writeHead(302, { Location: '/file' }).end();
  else if (url === '/round') response.writeHead(301, { Location: '/round' }).end();
  else if (url === '/away') response.writeHead(302, { Location: `http://127.0.0.1:${port}/file` }).end();
  else if (url === '/local') response.writeHead(302, { Location: 'file:///etc/passwd' }).end();
  else if (url === '/busy') response.writeHead(503).end();
  else response.writeHead(404).end('no such file\n');
});
const transport = new Transport({
  proxies: () => ({ http: '', https: '', no: '' }),
  userAgent: 'test',
  idle: 10_000,
});
let port = 0;
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  transport.close();
  server.close();
});

const signal = new AbortController().signal;
const get = (path: string, host = 'localhost') =>
  download(transport, new URL(`http://${host}:${port}${path}`), signal);

test('a file, also by a redirect', async () => {
  for (const path of ['/file', '/moved', '/away']) {
    const { stream, size } = await get(path);
    assert.equal(size, 4);
    assert.equal(await text(stream), 'file');
  }
});

test('a name and a password go to their server alone, and into no message', async () => {
  seen.length = 0;
  const { stream } = await download(transport, new URL(`http://ada:p%40ss@localhost:${port}/away`), signal);
  await text(stream);
  const basic = `Basic ${Buffer.from('ada:p@ss').toString('base64')}`;
  assert.deepEqual(
    seen.map(({ headers }) => headers.authorization),
    [basic, undefined],
  );
  await assert.rejects(download(transport, new URL(`http://ada:marker@localhost:${port}/none`), signal), {
    message: `failed to GET http://localhost:${port}/none with status 404 Not Found: no such file`,
  });
});

test('what can not be had is told in words of Docker', async () => {
  await assert.rejects(get('/none'), (error) => isKind(error, 'not-found'));
  await assert.rejects(get('/busy'), {
    message: `failed to GET http://localhost:${port}/busy with status 503 Service Unavailable`,
  });
  await assert.rejects(get('/round'), /stopped after 10 redirects/);
  await assert.rejects(get('/local'), /not of the web/);
  await assert.rejects(download(transport, new URL('file:///etc/passwd'), signal), {
    message: 'Get "file:///etc/passwd": unsupported protocol scheme "file"',
  });
  await assert.rejects(download(transport, new URL('http://127.0.0.1:1/x'), signal), {
    message: 'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
  });
});
