/** The registry is killed with -9 while it works; a full disk. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemCode } from '../../../src/errors/minke-error.ts';
import { sha256 } from '../../../src/wire/digest.ts';
import { must } from '../../harness/command.ts';
import { entriesBelow } from '../../harness/files-below.ts';
import { beginUpload, pushBlob, pushImage } from '../../harness/registry/ask.ts';
import {
  type ProcessOptions,
  type RegistryProcess,
  startRegistryProcess,
} from '../../harness/registry/process.ts';
import { until } from '../../harness/until.ts';

let base = '';
let count = 0;
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'registry-crash-'));
});
const started: RegistryProcess[] = [];
after(async () => {
  for (const registry of started) await registry.end('SIGKILL');
  await rm(base, { recursive: true, force: true });
});
/** Ended at the end, whatever happens in between. */
async function start(options: ProcessOptions): Promise<RegistryProcess> {
  const registry = await startRegistryProcess(options);
  started.push(registry);
  return registry;
}
const fresh = (): string => {
  count += 1;
  return join(base, `r${count}`);
};

/** Every file below a folder, by its path. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await entriesBelow(folder);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Whatever is shown as a blob has the digest that it is shown under. */
async function checkBlobs(root: string): Promise<number> {
  const files = await filesBelow(join(root, 'docker/registry/v2/blobs'));
  for (const path of files) {
    const [hex = '', algorithm = ''] = [path.split('/').at(-2), path.split('/').at(-4)];
    // A collection may take it away meanwhile.
    const content = await readFile(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (content !== null) assert.equal(createHash(algorithm).update(content).digest('hex'), hex);
  }
  return files.length;
}

test('an upload that is cut by kill -9 is never seen half, and goes on where it was', async () => {
  const root = fresh();
  let registry = await start({ root });
  const content = Buffer.alloc(8 << 20, 'some content ');
  const location = await beginUpload(registry.ask, 'a/b');
  const url = new URL(`http://${registry.address}${location}`);
  const sending = request(url, { method: 'PATCH', headers: { 'transfer-encoding': 'chunked' } });
  sending.on('error', () => {});
  sending.write(content.subarray(0, 5 << 20));
  await until('some bytes to be on the disk', async () => {
    const [data] = (await filesBelow(root)).filter((path) => path.endsWith('/data'));
    return data !== undefined && (await stat(data)).size >= 1 << 20;
  });
  await registry.end('SIGKILL');
  sending.destroy();
  assert.equal(await checkBlobs(root), 0);

  registry = await start({ root });
  assert.equal((await registry.ask('HEAD', `/v2/a/b/blobs/${sha256(content)}`)).status, 404);
  const status = await registry.ask('GET', location);
  assert.equal(status.status, 204);
  const next = Number(/^0-(\d+)$/.exec(String(status.headers.range))?.[1]) + 1;
  assert.ok(next >= 1 << 20 && next <= 5 << 20);
  const rest = await registry.ask('PATCH', location, {
    body: content.subarray(next),
    headers: { 'content-range': `${next}-${content.length - 1}` },
  });
  assert.equal(rest.status, 202);
  assert.equal((await registry.ask('PUT', `${location}?digest=${sha256(content)}`)).status, 201);
  const pulled = await registry.ask('GET', `/v2/a/b/blobs/${sha256(content)}`);
  assert.ok(pulled.body.equals(content));
  await registry.end();
  assert.equal(await checkBlobs(root), 1);
  assert.deepEqual(
    (await filesBelow(root)).filter((path) => path.includes('_uploads')),
    [],
  );
});

test('killed again and again while it pushes: all that was answered is there, all that is there is whole', async () => {
  const root = fresh();
  const answered = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const registry = await start({ root });
    const pushing = Promise.allSettled(
      Array.from({ length: 6 }, async (_, worker) => {
        for (let at = 0; ; at += 1) {
          const content = `${round} ${worker} ${at} `.repeat(2000);
          await pushImage(registry.ask, `repo/${worker}`, `t${round}-${at}`, content);
          answered.add(`repo/${worker}:t${round}-${at}:${sha256(content)}`);
        }
      }),
    );
    const wanted = answered.size + 10 + round * 3;
    await until('some pushes', () => answered.size >= wanted);
    await registry.end('SIGKILL');
    await pushing;
    await checkBlobs(root);
  }
  const registry = await start({ root });
  for (const line of answered) {
    const [name = '', tag = '', ...digest] = line.split(':');
    assert.equal((await registry.ask('GET', `/v2/${name}/manifests/${tag}`)).status, 200, line);
    assert.equal((await registry.ask('GET', `/v2/${name}/blobs/${digest.join(':')}`)).status, 200, line);
  }
  await registry.end();
  assert.deepEqual(await readdir(join(root, '.minke/new')).then((names) => names.length < 20), true);
});

test('killed in a collection: what is needed is whole, and the next collection ends the work', async () => {
  const root = fresh();
  const seed = await start({ root });
  await pushImage(seed.ask, 'keep', 'v1', 'kept');
  for (let at = 0; at < 300; at += 1) await pushBlob(seed.ask, `orphans/${at % 7}`, `orphan ${at}`);
  await seed.end();
  const config = { gc: { interval: '1s', grace: '0s' } };
  for (let round = 0; round < 3; round += 1) {
    const registry = await start({ root, config });
    const before = await checkBlobs(root);
    await until(
      'a collection to be under way, or over',
      async () => (await checkBlobs(root)) < before || before <= 3,
    );
    await registry.end('SIGKILL');
  }
  const registry = await start({ root, config });
  await until('only what is needed to be left', async () => (await checkBlobs(root)) === 3);
  assert.equal((await registry.ask('GET', '/v2/keep/manifests/v1')).status, 200);
  assert.equal((await registry.ask('GET', `/v2/keep/blobs/${sha256('kept')}`)).body.toString(), 'kept');
  await until('the catalogue to say so', async () => {
    const { repositories } = (await registry.ask('GET', '/v2/_catalog')).json<{ repositories: string[] }>();
    return repositories.join() === 'keep';
  });
  await registry.end();
});

test('a full disk: pushes are refused, pulls and deletions go on, and room that is made is used', async (t) => {
  const mount = fresh();
  await must(['mkdir', '-p', mount]);
  await must(['mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount]);
  let registry: RegistryProcess | undefined;
  t.after(async () => {
    await registry?.end();
    await must(['umount', mount]);
  });
  const root = join(mount, 'r');
  registry = await start({ root });
  let { ask } = registry;
  const image = await pushImage(ask, 'a', 'v1', 'x'.repeat(3 << 20));
  const large = Buffer.alloc(4 << 20, 'y');
  const location = await beginUpload(ask, 'b');
  const refused = await ask('PATCH', location, { body: large });
  assert.equal(refused.status, 507);
  assert.equal(refused.code, 'UNAVAILABLE');
  assert.equal((await ask('HEAD', `/v2/b/blobs/${sha256(large)}`)).status, 404);
  assert.equal((await ask('GET', '/v2/a/manifests/v1')).status, 200);
  assert.equal((await ask('GET', `/v2/a/blobs/${sha256('x'.repeat(3 << 20))}`)).body.length, 3 << 20);
  assert.equal((await ask('DELETE', location)).status, 204);
  assert.equal((await ask('DELETE', `/v2/a/manifests/${image.digest}`)).status, 202);
  // Without a time of grace it takes what no manifest names yet: not while there are pushes that have to succeed.
  await registry.end();
  registry = await start({ root, config: { gc: { interval: '1s', grace: '0s' } } });
  await until('the collection to make room', async () => (await checkBlobs(root)) === 0);
  await registry.end();
  registry = await start({ root });
  ({ ask } = registry);
  await pushImage(ask, 'b', 'v1', large.toString());
  const pulled = await ask('GET', `/v2/b/blobs/${sha256(large)}`);
  assert.ok(pulled.body.equals(large));
});

test('two registries do not serve from one folder', async () => {
  const root = fresh();
  const registry = await start({ root });
  await assert.rejects(start({ root }), /another registry serves from/);
  await registry.end('SIGKILL');
  await (await start({ root })).end();
});
