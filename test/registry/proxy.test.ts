/** Copies of other registries. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parseConfig } from '../../src/registry/config/load.ts';
import { upstreamsOf } from '../../src/registry/proxy/upstreams.ts';
import { sha256 } from '../../src/wire/digest.ts';
import { manifestOf, pushBlob, pushImage, putManifest, types } from '../harness/registry/ask.ts';
import { startRegistry, type TestRegistry } from '../harness/registry/registry.ts';
import { until } from '../harness/until.ts';

/** A registry that copies the one at `address` below `copy/`. */
async function copyOf(address: string, fresh = '0s', now: () => number = Date.now): Promise<TestRegistry> {
  const proxies = [{ prefix: 'copy/', upstream: address, insecure: true, fresh }];
  const upstreams = await upstreamsOf(parseConfig(JSON.stringify({ proxies }), 'test').proxies, 'test');
  const registry = await startRegistry({ proxies }, undefined, { upstreams: upstreams.rules, now });
  return {
    ...registry,
    async close() {
      await registry.close();
      upstreams.close();
    },
  };
}

test('what is asked for is fetched once and then answered from the copy, also when the other is gone', async () => {
  const origin = await startRegistry();
  const image = await pushImage(origin.ask, 'team/app', 'v1', 'the layer');
  const copy = await copyOf(origin.address);
  const layer = `/v2/copy/team/app/blobs/${sha256('the layer')}`;
  for (const turn of [1, 2]) {
    const manifest = await copy.ask('GET', '/v2/copy/team/app/manifests/v1');
    assert.equal(manifest.status, 200, String(turn));
    assert.ok(manifest.body.equals(image.bytes));
    assert.equal((await copy.ask('HEAD', layer)).headers['content-length'], '9');
    assert.equal((await copy.ask('GET', layer)).body.toString(), 'the layer');
    assert.equal((await copy.ask('GET', layer, { headers: { range: 'bytes=4-' } })).body.toString(), 'layer');
  }
  assert.equal(
    origin.lines.filter((line) => line.includes('method=GET') && line.includes('/blobs/')).length,
    1,
  );
  assert.deepEqual((await copy.ask('GET', '/v2/copy/team/app/tags/list')).json(), {
    name: 'copy/team/app',
    tags: ['v1'],
  });
  assert.equal((await copy.ask('GET', '/v2/copy/team/app/manifests/v2')).status, 404);
  assert.equal((await copy.ask('GET', `/v2/copy/team/app/blobs/${sha256('nowhere')}`)).status, 404);

  await origin.close();
  assert.equal((await copy.ask('GET', '/v2/copy/team/app/manifests/v1')).status, 200);
  assert.equal((await copy.ask('GET', `/v2/copy/team/app/manifests/${image.digest}`)).status, 200);
  assert.equal((await copy.ask('GET', layer)).body.toString(), 'the layer');
  assert.equal((await copy.ask('GET', '/v2/copy/other/manifests/v1')).status, 502);
  assert.deepEqual((await copy.ask('GET', '/v2/copy/team/app/tags/list')).json<{ tags: string[] }>().tags, [
    'v1',
  ]);
  await copy.close();
});

test('a range of what is not here yet; many at once make one fetch', async () => {
  const origin = await startRegistry();
  const content = 'x'.repeat(300_000);
  const digest = await pushBlob(origin.ask, 'a', content);
  const copy = await copyOf(origin.address);
  const part = await copy.ask('GET', `/v2/copy/a/blobs/${digest}`, { headers: { range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.equal(part.body.toString(), 'x'.repeat(10));
  const other = await pushBlob(origin.ask, 'a', 'y'.repeat(300_000));
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => copy.ask('GET', `/v2/copy/a/blobs/${other}`)),
  );
  for (const answer of answers) assert.equal(answer.body.length, 300_000);
  assert.ok(origin.lines.filter((line) => line.includes('method=GET') && line.includes(other)).length <= 2);
  await copy.close();
  await origin.close();
});

test('a tag is compared again when it is not fresh any more; nothing is pushed to a copy', async () => {
  const origin = await startRegistry();
  await pushImage(origin.ask, 'a', 'v1', 'first');
  let time = Date.now();
  const copy = await copyOf(origin.address, '5m', () => time);
  const digest = async () =>
    (await copy.ask('HEAD', '/v2/copy/a/manifests/v1')).headers['docker-content-digest'];
  const first = await digest();
  const second = await pushImage(origin.ask, 'a', 'v1', 'second');
  assert.equal(await digest(), first, 'still fresh');
  time += 6 * 60_000;
  assert.equal(await digest(), second.digest);
  await origin.ask('DELETE', '/v2/a/manifests/v1');
  time += 6 * 60_000;
  assert.equal(await digest(), undefined, 'it is gone there too');
  assert.equal((await copy.ask('POST', '/v2/copy/a/blobs/uploads/')).status, 405);
  assert.equal((await putManifest(copy.ask, 'copy/a', 'v1', manifestOf('{}', []))).status, 405);
  await pushImage(copy.ask, 'own', 'v1');
  await copy.close();
  await origin.close();
});

async function lying(listener: RequestListener): Promise<{ address: string; close(): void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

// CVE-2026-85747: what another registry sent was kept, and served, before it was looked at.
test('another registry that lies: nothing wrong is kept, and no client gets the whole of it', async () => {
  const wanted = sha256('right content');
  const manifest = manifestOf('{}', []);
  const { address, close } = await lying((request, response) => {
    const url = request.url ?? '';
    if (url === '/v2/') return response.end('{}');
    if (url.includes('/blobs/')) {
      response.setHeader('content-length', 13);
      return response.end(request.method === 'HEAD' ? undefined : 'wrong content');
    }
    response.setHeader('content-type', types.manifest);
    response.setHeader('docker-content-digest', wanted);
    return response.end(request.method === 'HEAD' ? undefined : manifest);
  });
  const copy = await copyOf(address);
  const blob = await copy.ask('GET', `/v2/copy/a/blobs/${wanted}`).then(
    (answer) => answer.body.toString(),
    () => 'cut',
  );
  assert.notEqual(blob, 'wrong content');
  assert.notEqual((await copy.ask('GET', `/v2/copy/a/manifests/${wanted}`)).status, 200);
  close();
  await until(
    'nothing to be kept',
    async () => (await copy.ask('HEAD', `/v2/copy/a/blobs/${wanted}`)).status !== 200,
  );
  assert.deepEqual(
    (await copy.ask('GET', '/v2/_catalog')).json<{ repositories: string[] }>().repositories,
    [],
  );
  await copy.close();
});

// CVE-2026-33540: the place to log in at is named by the other registry.
test('another registry that names a strange place to log in at gets no credentials', async () => {
  const seen: string[] = [];
  const thief = await lying((request, response) => {
    seen.push(request.url ?? '');
    response.end('{}');
  });
  const { address, close } = await lying((_request, response) => {
    response.writeHead(401, {
      'www-authenticate': `Bearer realm="http://169.254.169.254:${thief.address.split(':')[1]}/token",service="x"`,
    });
    response.end();
  });
  const copy = await copyOf(address);
  const answer = await copy.ask('GET', '/v2/copy/a/manifests/v1');
  assert.equal(answer.status, 502);
  assert.deepEqual(seen, []);
  await copy.close();
  close();
  thief.close();
});
