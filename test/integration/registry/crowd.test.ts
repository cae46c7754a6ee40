/** Many at once, and large things: no error, and memory that stays where it is. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { asker, beginUpload, pushBlob, pushImage } from '../../harness/registry/ask.ts';
import { type RegistryProcess, startRegistryProcess } from '../../harness/registry/process.ts';

let base = '';
let registry: RegistryProcess;
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'registry-crowd-'));
  registry = await startRegistryProcess({ root: join(base, 'r') });
});
after(async () => {
  await registry.end();
  await rm(base, { recursive: true, force: true });
});

/** The most memory that it ever had, in bytes. */
const peak = async (): Promise<number> =>
  Number(/^VmHWM:\s+(\d+)/m.exec(await readFile(`/proc/${registry.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

test('a hundred clients push and pull at once without an error', async () => {
  const shared = randomBytes(256 << 10);
  const clients = Array.from({ length: 100 }, async (_, at) => {
    const { ask, close } = asker(registry.address);
    const name = `crowd/${at % 10}`;
    const content = randomBytes(64 << 10).toString('hex');
    const { digest, bytes } = await pushImage(ask, name, `t${at}`, content);
    await pushBlob(ask, name, shared);
    const manifest = await ask('GET', `/v2/${name}/manifests/t${at}`);
    assert.equal(manifest.headers['docker-content-digest'], digest);
    assert.ok(manifest.body.equals(bytes));
    const layer = await ask(
      'GET',
      `/v2/${name}/blobs/${createHash('sha256').update(content).digest('hex').replace(/^/, 'sha256:')}`,
    );
    assert.equal(layer.body.toString(), content);
    const both = await ask(
      'HEAD',
      `/v2/${name}/blobs/sha256:${createHash('sha256').update(shared).digest('hex')}`,
    );
    assert.equal(both.headers['content-length'], String(shared.length));
    close();
  });
  await Promise.all(clients);
  assert.ok(!registry.log().includes('level=error'));
});

test('memory does not grow with what passes', async () => {
  const { ask } = registry;
  const megabytes = 1024;
  const piece = randomBytes(1 << 20);
  const hash = createHash('sha256');
  for (let at = 0; at < megabytes; at += 1) hash.update(piece);
  const digest = `sha256:${hash.digest('hex')}`;
  const before = await peak();
  const location = await beginUpload(ask, 'large');
  const patched = await ask('PATCH', location, {
    body: (async function* () {
      for (let at = 0; at < megabytes; at += 1) yield piece;
    })(),
  });
  assert.equal(patched.status, 202);
  assert.equal((await ask('PUT', `${location}?digest=${digest}`)).status, 201);
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    get(`http://${registry.address}/v2/large/blobs/${digest}`, (answer) => {
      answer.on('data', (bytes: Buffer) => {
        received += bytes.length;
      });
      answer.on('end', resolve).on('error', reject);
    }).on('error', reject);
  });
  assert.equal(received, megabytes << 20);
  const grown = (await peak()) - before;
  assert.ok(grown < 200 << 20, `${grown >> 20} MiB more for ${megabytes} MiB`);
});

// CVE-2017-11468: a manifest without an end.
test('a manifest of any length is refused at 4 MiB', async () => {
  const { ask } = registry;
  const before = await peak();
  const piece = Buffer.alloc(1 << 20, ' ');
  const answer = await ask('PUT', '/v2/a/manifests/v1', {
    headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
    body: (async function* () {
      for (let at = 0; at < 64; at += 1) yield piece;
    })(),
  }).catch(() => null);
  // The connection may be closed while the client still sends; what matters is that nothing is kept.
  assert.ok(answer === null || answer.status === 413);
  const announced = await ask('PUT', '/v2/a/manifests/v1', {
    headers: { 'content-length': String(1 << 30) },
    body: ' ',
  }).catch(() => null);
  assert.ok(announced === null || announced.status === 413);
  assert.ok((await peak()) - before < 64 << 20);
  assert.equal((await ask('GET', '/v2/')).status, 200);
});
