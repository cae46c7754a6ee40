/** What a registry tells of itself: metrics, lines, webhooks; TLS; how it begins and ends. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, get as plainGet } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textFrom } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { sha256 } from '../../src/wire/digest.ts';
import { asker, beginUpload, pushBlob, pushImage } from '../harness/registry/ask.ts';
import { startRegistry } from '../harness/registry/registry.ts';
import { until } from '../harness/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-serving-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('metrics count requests by what they are, and a line is written for each', async () => {
  const { ask, lines, running, close } = await startRegistry({ metrics: { listen: '127.0.0.1:0' } });
  await pushImage(ask, 'a', 'v1');
  await ask('GET', '/v2/a/manifests/v1?marker=x', {
    headers: { 'user-agent': 'agent "x"\nlevel=error'.replace('\n', ' ') },
  });
  await ask('GET', '/v2/a/manifests/v2');
  const page = asker(running.metricsAddress ?? '');
  const line = 'minke_registry_requests_total{route="manifest",method="GET",status="200"} 1';
  await until('the numbers', async () => (await page.ask('GET', '/metrics')).body.toString().includes(line));
  const { body, headers } = await page.ask('GET', '/metrics');
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(
    body.toString(),
    /minke_registry_requests_total\{route="manifest",method="GET",status="404"\} 1/,
  );
  assert.match(body.toString(), /minke_registry_request_seconds_count\{route="upload"\} |route="uploads"/);
  assert.equal((await page.ask('GET', '/healthz')).status, 200);
  assert.equal((await page.ask('GET', '/other')).status, 404);
  const told = lines.filter(
    (one) => one.includes('msg="request"') && one.includes('path=/v2/a/manifests/v1'),
  );
  assert.equal(told.length, 2);
  assert.ok(
    told.every((one) => /status=20\d .* ms=[\d.]+ remote=127\.0\.0\.1/.test(one) && !one.includes('marker')),
  );
  assert.ok(lines.some((one) => one.includes('error="MANIFEST_UNKNOWN: manifest unknown"')));
  page.close();
  await close();
});

test('webhooks are told what happened, signed, again where they fail at first', async () => {
  const got: {
    events: { action: string; target: { repository: string; tag?: string; digest: string; size?: number } }[];
  }[] = [];
  const signatures: [string, string][] = [];
  let failures = 1;
  const server = createServer(async (request, response) => {
    const body = await textFrom(request);
    if (failures > 0) {
      failures -= 1;
      response.statusCode = 500;
      return response.end();
    }
    signatures.push([String(request.headers['x-registry-signature']), body]);
    got.push(JSON.parse(body));
    return response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, 'key\n');
  const { port } = server.address() as AddressInfo;
  const { ask, close } = await startRegistry({
    webhooks: [
      {
        name: 'ci',
        url: `http://127.0.0.1:${port}/x`,
        secretFile,
        repositories: ['team/**'],
        actions: ['push', 'delete', 'mount'],
      },
    ],
  });
  const { digest, bytes } = await pushImage(ask, 'team/app', 'v1');
  await pushImage(ask, 'other', 'v1');
  await ask('GET', '/v2/team/app/manifests/v1');
  await ask('POST', `/v2/team/b/blobs/uploads/?mount=${sha256('content')}&from=team/app`);
  await ask('DELETE', `/v2/team/app/manifests/${digest}`);
  const events = () => got.flatMap((one) => one.events);
  await until('all events', () => events().length >= 5);
  assert.deepEqual(
    events().map(({ action, target }) => [action, target.repository, target.tag]),
    [
      ['push', 'team/app', undefined],
      ['push', 'team/app', undefined],
      ['push', 'team/app', 'v1'],
      ['mount', 'team/b', undefined],
      ['delete', 'team/app', undefined],
    ],
  );
  assert.equal(events()[2]?.target.digest, digest);
  assert.equal(events()[2]?.target.size, bytes.length);
  for (const [signature, body] of signatures) {
    assert.equal(signature, `sha256=${createHmac('sha256', 'key').update(body).digest('hex')}`);
  }
  await close();
  server.close();
});

test('TLS, and certificates that are read anew', async () => {
  const make = (name: string): string => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    );
    return certificate;
  };
  const certificate = make('first');
  const { address, running, close } = await startRegistry({
    tls: { certificate, key: join(folder, 'key.pem') },
  });
  const seen = (): Promise<string> =>
    new Promise((resolve, reject) => {
      get(`https://${address}/v2/`, { rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        const { socket } = answer;
        resolve(
          'getPeerCertificate' in socket
            ? ((socket as import('node:tls').TLSSocket).getPeerCertificate().subject.CN as string)
            : '',
        );
      }).on('error', reject);
    });
  assert.equal(await seen(), 'first');
  make('second');
  await running.reload();
  assert.equal(await seen(), 'second');
  await close();
});

test('a new request takes an upload over from a connection that went silent', async () => {
  const { ask, address, close } = await startRegistry();
  const location = await beginUpload(ask, 'a');
  const [host = '', port = ''] = address.split(':');
  const silent = connect(Number(port), host);
  silent.on('error', () => {});
  silent.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfirst`);
  await until('the first bytes', async () => {
    const status = await ask('GET', location);
    return status.status === 204;
  });
  const start = async (): Promise<number> => {
    const range = String((await ask('GET', location)).headers.range);
    return range === '0-0' ? 0 : Number(range.split('-')[1]) + 1;
  };
  const rest = 'first and more';
  const answer = await until('the takeover', async () => {
    const at = await start();
    const tried = await ask('PATCH', location, {
      body: rest.slice(at),
      headers: { 'content-range': `${at}-${rest.length - 1}` },
    });
    return tried.status === 202 ? tried : undefined;
  });
  assert.equal(answer.headers.range, `0-${rest.length - 1}`);
  assert.equal((await ask('PUT', `${location}?digest=${sha256(rest)}`)).status, 201);
  silent.destroy();
  await close();
});

test('the end waits for what is under way', async () => {
  const { ask, address, running, close } = await startRegistry();
  const digest = await pushBlob(ask, 'a', 'x'.repeat(8 << 20));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    plainGet(`http://${address}/v2/a/blobs/${digest}`, { agent: false }, resolve).on('error', reject);
  });
  const ended = running.close();
  let received = 0;
  for await (const bytes of answer) received += (bytes as Buffer).length;
  assert.equal(received, 8 << 20);
  await ended;
  await close().catch(() => {});
});
