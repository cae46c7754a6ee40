/** Collection while serving, retention, quotas. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStorage } from '../../src/registry/storage/memory/memory.ts';
import { sha256 } from '../../src/wire/digest.ts';
import {
  type Ask,
  beginUpload,
  manifestOf,
  pushBlob,
  pushImage,
  putManifest,
  types,
} from '../harness/registry/ask.ts';
import { startRegistry, type TestRegistry } from '../harness/registry/registry.ts';

const HOUR = 3_600_000;

/** A registry whose clock stands still until it is moved. */
async function start(config: object = {}): Promise<TestRegistry & { clock: { now: number } }> {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const now = (): number => clock.now;
  const registry = await startRegistry(config, new MemoryStorage(now), { now });
  return { ...registry, clock };
}

const has = async (ask: Ask, name: string, content: string): Promise<boolean> =>
  (await ask('HEAD', `/v2/${name}/blobs/${sha256(content)}`)).status === 200;

test('collection: what a manifest names stays, all else goes after the time of grace', async () => {
  const { ask, running, clock, close } = await start();
  const { bytes, digest } = await pushImage(ask, 'a', 'v1', 'layer of a');
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [{ mediaType: types.manifest, digest, size: bytes.length }],
    }),
  );
  await putManifest(ask, 'a', 'multi', index, types.index);
  await pushBlob(ask, 'a', 'orphan');
  await pushBlob(ask, 'b', 'layer of a');
  assert.deepEqual(await running.collect(), { links: 0, blobs: 0, bytes: 0, uploads: 0 }, 'too young');
  clock.now += 2 * HOUR;
  assert.deepEqual(await running.collect(), { links: 2, blobs: 1, bytes: 6, uploads: 0 });
  assert.equal(await has(ask, 'a', 'orphan'), false);
  assert.equal(await has(ask, 'b', 'layer of a'), false, 'b has no manifest that needs it');
  assert.equal(await has(ask, 'a', 'layer of a'), true);
  assert.deepEqual(
    (await ask('GET', '/v2/_catalog')).json(),
    { repositories: ['a'] },
    'of b nothing is left',
  );

  await ask('DELETE', `/v2/a/manifests/${sha256(index)}`);
  await ask('DELETE', `/v2/a/manifests/${digest}`);
  clock.now += 2 * HOUR;
  const second = await running.collect();
  assert.equal(second.blobs, 4, 'layer, config, manifest and index');
  assert.deepEqual((await ask('GET', '/v2/_catalog')).json(), { repositories: [] });
  await close();
});

test('collection: what a client was told to be there waits for its manifest', async () => {
  const { ask, running, clock, close } = await start();
  for (const content of ['{}', 'asked', 'mounted', 'forgotten']) await pushBlob(ask, 'a', content);
  clock.now += 2 * HOUR;
  assert.equal(await has(ask, 'a', '{}'), true);
  assert.equal(await has(ask, 'a', 'asked'), true);
  assert.equal((await ask('POST', `/v2/b/blobs/uploads/?mount=${sha256('mounted')}&from=a`)).status, 201);
  clock.now += HOUR / 2;
  assert.equal((await running.collect()).blobs, 1);
  assert.equal((await putManifest(ask, 'a', 'v1', manifestOf('{}', ['asked']))).status, 201);
  assert.equal(await has(ask, 'b', 'mounted'), true);
  assert.equal(await has(ask, 'a', 'forgotten'), false);
  await close();
});

test('collection: pushes of what is just being collected never fail', async () => {
  const { ask, running, clock, close } = await start();
  const contents = Array.from({ length: 6 }, (_, at) => `content ${at}`);
  for (const content of ['{}', ...contents]) await pushBlob(ask, 'old', content);
  clock.now += 2 * HOUR;
  let pushing = true;
  /** As clients do it: ask, send what is missing, put the manifest. */
  const push = async (content: string): Promise<void> => {
    for (let times = 0; times < 4; times += 1) {
      for (const blob of ['{}', content])
        if (!(await has(ask, 'old', blob))) await pushBlob(ask, 'old', blob);
      const answer = await putManifest(ask, 'old', `t${times}`, manifestOf('{}', [content]));
      assert.equal(answer.status, 201, answer.body.toString());
      await ask('DELETE', `/v2/old/manifests/${sha256(manifestOf('{}', [content]))}`);
    }
  };
  const collecting = (async () => {
    while (pushing) {
      await running.collect();
      // Over memory nothing else gives others a turn.
      await turn();
    }
  })();
  try {
    await Promise.all(contents.map(push));
  } finally {
    pushing = false;
    await collecting;
  }
  await close();
});

test('collection: uploads that nobody goes on with are thrown away', async () => {
  const { ask, running, clock, close } = await start({ uploads: { expire: '3h' } });
  const old = await beginUpload(ask, 'a');
  await ask('PATCH', old, { body: 'some' });
  clock.now += 2 * HOUR;
  const young = await beginUpload(ask, 'a');
  clock.now += 2 * HOUR;
  assert.equal((await running.collect()).uploads, 1);
  assert.equal((await ask('GET', old)).status, 404);
  assert.equal((await ask('GET', young)).status, 204);
  await close();
});

test('retention: the newest stay, others go when they are old; rules by pattern, the first that fits', async () => {
  const { ask, running, clock, close } = await start({
    retention: [
      { repositories: 'ci/**', tags: 'release-*', keep: 1000 },
      { repositories: 'ci/**', tags: ['pr-*', 'tmp'], keep: 2, within: '1d' },
    ],
    untagged: [{ repositories: 'ci/**', within: '2d' }],
  });
  for (let at = 0; at < 5; at += 1) {
    await pushImage(ask, 'ci/app', `pr-${at}`, `content ${at}`);
    await pushImage(ask, 'other', `pr-${at}`, `content ${at}`);
    clock.now += HOUR;
  }
  await pushImage(ask, 'ci/app', 'release-1', 'release');
  await pushImage(ask, 'ci/app', 'latest', 'content 0');
  const tags = async (name: string): Promise<string[]> =>
    (await ask('GET', `/v2/${name}/tags/list`)).json<{ tags: string[] }>().tags;
  await running.collect();
  assert.equal((await tags('ci/app')).length, 7, 'all are young');
  clock.now += 30 * HOUR;
  await running.collect();
  assert.deepEqual(await tags('ci/app'), ['latest', 'pr-3', 'pr-4', 'release-1']);
  assert.equal((await tags('other')).length, 5);
  const digest = sha256(manifestOf('{}', ['content 1']));
  assert.equal((await ask('HEAD', `/v2/ci/app/manifests/${digest}`)).status, 200, 'without a tag, and young');
  clock.now += 48 * HOUR;
  await running.collect();
  assert.equal((await ask('HEAD', `/v2/ci/app/manifests/${digest}`)).status, 404);
  assert.equal((await ask('HEAD', '/v2/ci/app/manifests/latest')).status, 200);
  assert.equal(await has(ask, 'ci/app', 'content 1'), false);
  assert.equal(await has(ask, 'other', 'content 1'), true);
  await close();
});

test('retention: what an index or a subject leads to is not untagged', async () => {
  const { ask, running, clock, close } = await start({ untagged: [{ within: '1h' }] });
  const { bytes, digest } = await pushImage(ask, 'a', 'v1');
  await ask('DELETE', '/v2/a/manifests/v1');
  const descriptor = { mediaType: types.manifest, digest, size: bytes.length };
  const index = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [descriptor] }),
  );
  await putManifest(ask, 'a', 'multi', index, types.index);
  const signature = manifestOf('{}', [], { subject: descriptor });
  await putManifest(ask, 'a', sha256(signature), signature);
  const lonely = manifestOf('{}', [], { annotations: { x: 'y' } });
  await putManifest(ask, 'a', sha256(lonely), lonely);
  clock.now += 3 * HOUR;
  await running.collect();
  const status = async (of: Buffer) => (await ask('HEAD', `/v2/a/manifests/${sha256(of)}`)).status;
  assert.deepEqual([await status(bytes), await status(signature), await status(index)], [200, 200, 200]);
  assert.equal(await status(lonely), 404);
  await close();
});

test('quotas: repositories of a rule share their room, blobs count once', async () => {
  const { ask, running, clock, close } = await start({
    quotas: [{ repositories: 'team/**', bytes: 3000 }],
  });
  const content = (letter: string): string => letter.repeat(1000);
  await pushBlob(ask, 'team/a', content('a'));
  await pushBlob(ask, 'team/b', content('b'));
  await pushBlob(ask, 'team/b', content('a'));
  await pushBlob(ask, 'free', content('x').repeat(9));
  const digest = sha256(content('c').repeat(2));
  const single = await ask('POST', `/v2/team/a/blobs/uploads/?digest=${digest}`, {
    body: content('c').repeat(2),
  });
  assert.equal(single.status, 403);
  assert.equal(single.code, 'DENIED');
  assert.match(single.body.toString(), /3000 bytes, 2000 are used/);
  const location = await beginUpload(ask, 'team/a');
  assert.equal((await ask('PATCH', location, { body: content('c') })).status, 202);
  assert.equal((await ask('PATCH', location, { body: content('c') })).status, 403);
  assert.equal((await ask('DELETE', location)).status, 204);
  const mount = await ask(
    'POST',
    `/v2/team/a/blobs/uploads/?mount=${sha256(content('x').repeat(9))}&from=free`,
  );
  assert.equal(mount.status, 403);
  await pushBlob(ask, 'team/a', content('c'));
  assert.equal(
    (await ask('POST', `/v2/team/a/blobs/uploads/?digest=${sha256('d')}`, { body: 'd' })).status,
    403,
  );
  assert.equal((await ask('DELETE', `/v2/team/b/blobs/${sha256(content('b'))}`)).status, 202);
  await pushBlob(ask, 'team/a', content('d'));
  clock.now += 2 * HOUR;
  await running.collect();
  await pushBlob(ask, 'team/a', content('e').repeat(2));
  await close();
});
