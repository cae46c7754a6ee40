import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import {
  archiveOf,
  Disk,
  loaded,
  type MadeImage,
  makeImage,
  messages,
  startImages,
} from '../../../test/harness/images/memory-service.ts';
import { publish, publishIndex } from '../../../test/harness/images/published.ts';
import { chainIds, type Digest, sha256 } from '../../wire/digest.ts';
import { mediaTypes } from '../../wire/oci-image.ts';
import { parseAuthHeader } from '../../wire/registry/auth-header.ts';
import type { ImageService } from './images.ts';

const credentials = parseAuthHeader(undefined);
const REPO = 'r.test/app';
const NAME = `${REPO}:1`;
const arm64 = { os: 'linux', architecture: 'arm64' };
const amd64 = { os: 'linux', architecture: 'amd64' };
const query = { all: false, digests: true, sharedSize: false, manifests: true, filters: new Map() };

const pull = (images: ImageService, platform?: string) =>
  messages(images.pull({ image: NAME, credentials, ...(platform === undefined ? {} : { platform }) }));
const push = (images: ImageService, image: string, platform?: typeof arm64) =>
  messages(images.push({ image, credentials, ...(platform === undefined ? {} : { platform }) }));

interface Multi {
  readonly disk: Disk;
  readonly images: ImageService;
  readonly index: Digest;
  readonly amd: MadeImage;
  readonly arm: MadeImage;
  /** Of the manifests. */
  readonly manifests: { readonly amd: Digest; readonly arm: Digest };
}

/** An index of two platforms at a registry, of which those asked for are pulled. */
async function multi(pulled: readonly string[] = ['linux/amd64', 'linux/arm64']): Promise<Multi> {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const amd = await makeImage(['both', 'amd']);
  const arm = await makeImage(['both', 'arm'], { extra: { architecture: 'arm64', variant: 'v8' } });
  const ofAmd = publish(disk.remote, REPO, amd);
  const ofArm = publish(disk.remote, REPO, arm);
  const index = publishIndex(
    disk.remote,
    REPO,
    [
      { published: ofArm, platform: { ...arm64, variant: 'v8' } },
      { published: ofAmd, platform: amd64 },
    ],
    '1',
  );
  for (const platform of pulled) await pull(images, platform);
  return { disk, images, index, amd, arm, manifests: { amd: ofAmd.digest, arm: ofArm.digest } };
}

test('a name for two platforms is one row, and says what it has and what it has not', async () => {
  const { images, index, amd, arm, manifests } = await multi();
  const [row, ...more] = await images.list(query);
  assert.deepEqual(more, []);
  assert.equal(row?.Id, amd.id);
  assert.deepEqual(row.RepoTags, [NAME]);
  assert.deepEqual(row.RepoDigests, [`${REPO}@${index}`]);
  assert.equal(row.Descriptor?.digest, index);
  assert.deepEqual(
    row.Manifests?.map((one) => [one.ID, one.Kind, one.Available, one.ImageData?.Platform?.architecture]),
    [
      [manifests.arm, 'image', true, 'arm64'],
      [manifests.amd, 'image', true, 'amd64'],
    ],
  );
  // The layer that both have counts once.
  const sizes = await Promise.all([amd, arm].map(async ({ id }) => (await images.inspect(id)).Size ?? 0));
  assert.ok(row.Size > Math.max(...sizes) && row.Size < (sizes[0] ?? 0) + (sizes[1] ?? 0));
  const inspected = await images.inspect(NAME, { manifests: true });
  assert.equal(inspected.Manifests?.length, 2);
  assert.equal((await images.inspect(NAME, { platform: arm64 })).Id, arm.id);
  assert.deepEqual((await images.inspect(arm.id)).RepoTags, [NAME]);
  assert.equal((await images.history(NAME, arm64))[0]?.Id, arm.id);
  await assert.rejects(images.inspect(NAME, { platform: { os: 'linux', architecture: 's390x' } }), {
    kind: 'not-found',
    message: `image with reference ${NAME} was found but its platform (linux/amd64) does not match the specified platform (linux/s390x)`,
  });
});

test('one platform alone is as it was: no other row, no other push', async () => {
  const { images, manifests } = await multi(['linux/amd64']);
  const [row] = await images.list(query);
  assert.deepEqual(
    row?.Manifests?.map(({ ID, Available }) => [ID, Available]),
    [
      [manifests.arm, false],
      [manifests.amd, true],
    ],
  );
  assert.equal((await images.list({ ...query, manifests: false }))[0]?.Manifests, undefined);
  const said = await push(images, NAME);
  assert.equal(
    said.some(({ aux }) => JSON.stringify(aux ?? '').includes('InsteadOfIndex')),
    false,
  );
  assert.match(JSON.stringify(said.at(-1)?.aux), new RegExp(manifests.amd));
});

test('the order of pulls does not matter, and both outlive a restart', async () => {
  const { disk, amd, arm } = await multi(['linux/arm64', 'linux/amd64', 'linux/arm64']);
  const { images, warnings } = await startImages(disk);
  assert.deepEqual(warnings, []);
  assert.equal((await images.resolve(NAME)).id, amd.id);
  assert.equal((await images.resolve(NAME, arm64)).id, arm.id);
  assert.equal((await images.list(query)).length, 1);
});

test('a name that moves to another index leaves both platforms without it', async () => {
  const { disk, images, index } = await multi();
  const other = await makeImage(['new']);
  publishIndex(disk.remote, REPO, [{ published: publish(disk.remote, REPO, other), platform: amd64 }], '1');
  await pull(images);
  const rows = await images.list(query);
  assert.equal(rows.length, 2);
  assert.equal((await images.resolve(NAME)).id, other.id);
  const [old] = rows.filter(({ Id }) => Id !== other.id);
  assert.deepEqual([old?.RepoTags, old?.RepoDigests], [[], [`${REPO}@${index}`]]);
  assert.equal(old?.Manifests?.filter(({ Available }) => Available).length, 2);
});

test('a tag takes all platforms, and a push of it the index to the byte', async () => {
  const { disk, images, index, arm, manifests } = await multi();
  await images.tag(NAME, 'other.test/copy', '2');
  assert.equal((await images.resolve('other.test/copy:2', arm64)).id, arm.id);
  const said = await push(images, 'other.test/copy:2');
  assert.deepEqual(said.at(-1)?.aux, {
    Tag: '2',
    Digest: index,
    Size: disk.remote.repository(REPO).manifests.get(index)?.size,
  });
  const there = disk.remote.repository('other.test/copy');
  assert.equal(there.tags.get('2'), index);
  assert.deepEqual([...there.manifests.keys()].sort(), [index, manifests.amd, manifests.arm].sort());
  assert.deepEqual((await images.inspect('other.test/copy:2')).RepoDigests, [
    `other.test/copy@${index}`,
    `${REPO}@${index}`,
  ]);
  await push(images, 'other.test/copy:2', arm64);
  assert.equal(there.tags.get('2'), manifests.arm);
});

test('with an image of the index not here, one goes, and the end says so', async () => {
  const { disk, images, manifests } = await multi();
  const third = await makeImage(['s390x'], { extra: { architecture: 's390x' } });
  const stored = disk.remote.repository(REPO);
  const listed = [manifests.amd, manifests.arm].flatMap((digest) => stored.manifests.get(digest) ?? []);
  const index = publishIndex(
    disk.remote,
    REPO,
    [
      ...listed.map(({ digest, bytes }, i) => ({
        published: { digest, manifest: bytes, blobs: [] },
        platform: [amd64, arm64][i] ?? {},
      })),
      { published: publish(disk.remote, REPO, third), platform: { os: 'linux', architecture: 's390x' } },
    ],
    '1',
  );
  await pull(images);
  await pull(images, 'linux/arm64');
  const said = await push(images, NAME);
  const { aux } = said.at(-1) as { aux: Record<string, { digest: string }> };
  assert.equal(aux.manifestPushedInsteadOfIndex, true);
  assert.equal(aux.originalIndex?.digest, index);
  assert.equal(aux.selectedManifest?.digest, manifests.amd);
  assert.equal(disk.remote.repository(REPO).tags.get('1'), manifests.amd);
});

test('attestations of an index are copied from where it came from', async () => {
  const { disk, images, manifests } = await multi([]);
  const stored = disk.remote.repository(REPO);
  const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}');
  const empty = Buffer.from('{}');
  for (const blob of [statement, empty]) stored.blobs.set(sha256(blob), blob);
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  });
  const attestation = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: describe(mediaTypes.ociConfig, empty),
      layers: [describe('application/vnd.in-toto+json', statement)],
    }),
  );
  const put = (mediaType: string, bytes: Buffer): Digest => {
    const digest = sha256(bytes);
    stored.manifests.set(digest, { digest, mediaType, size: bytes.length, bytes });
    return digest;
  };
  put(mediaTypes.ociManifest, attestation);
  const [amd, arm] = [manifests.amd, manifests.arm].map((digest) => stored.manifests.get(digest));
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [
        { ...describe(mediaTypes.ociManifest, amd?.bytes ?? empty), platform: amd64 },
        { ...describe(mediaTypes.ociManifest, arm?.bytes ?? empty), platform: arm64 },
        {
          ...describe(mediaTypes.ociManifest, attestation),
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': manifests.amd,
          },
        },
      ],
    }),
  );
  stored.tags.set('1', put(mediaTypes.ociIndex, index));
  for (const platform of ['linux/amd64', 'linux/arm64']) await pull(images, platform);
  const [row] = await images.list(query);
  assert.deepEqual(
    row?.Manifests?.map(({ Kind }) => Kind),
    ['image', 'image', 'attestation'],
  );
  assert.deepEqual(row.Manifests?.[2]?.AttestationData, { For: manifests.amd });
  await images.tag(NAME, 'other.test/copy', '1');
  await push(images, 'other.test/copy:1');
  const there = disk.remote.repository('other.test/copy');
  assert.equal(there.tags.get('1'), sha256(index));
  assert.ok(there.blobs.has(sha256(statement)));
});

test('an archive carries all platforms and every digest; the reader chooses', async () => {
  const { images, index, amd, arm } = await multi();
  const archive = await buffer(await images.save([NAME]));
  const disk = new Disk();
  const { images: second } = await startImages(disk);
  assert.deepEqual(await loaded(second, archive), [`Loaded image: ${NAME}`]);
  assert.equal((await second.resolve(NAME)).id, amd.id);
  assert.equal((await second.resolve(NAME, arm64)).id, arm.id);
  const [row] = await second.list(query);
  assert.equal(row?.Descriptor?.digest, index);
  // Nothing of it has to come from the registry again.
  await second.tag(NAME, 'third.test/app', '1');
  await push(second, 'third.test/app:1');
  assert.equal(disk.remote.repository('third.test/app').tags.get('1'), index);

  const { images: picky } = await startImages();
  await messages(picky.load(await images.save([NAME]), { quiet: true, platform: arm64 }));
  assert.equal((await picky.resolve(NAME)).id, arm.id);
  assert.equal(await picky.count(), 1);
  const none = picky.load(await images.save([NAME]), {
    quiet: true,
    platform: { ...arm64, architecture: 'riscv64' },
  });
  await assert.rejects(messages(none), { kind: 'not-found' });

  const { images: single } = await startImages();
  await messages(single.load(await images.save([NAME], { platform: arm64 }), { quiet: true }));
  assert.equal((await single.resolve(NAME)).id, arm.id);
  assert.equal(await single.count(), 1);
  await assert.rejects(images.save([NAME], { platform: { os: 'linux', architecture: 's390x' } }), {
    kind: 'not-found',
  });
});

test('with its blobs gone everywhere an archive carries all platforms all the same', async () => {
  const { disk, images, amd, arm } = await multi();
  disk.remote.repository(REPO).blobs.clear();
  const { images: second } = await startImages();
  assert.deepEqual(await loaded(second, await buffer(await images.save([NAME]))), [`Loaded image: ${NAME}`]);
  assert.equal((await second.resolve(NAME)).id, amd.id);
  assert.equal((await second.resolve(NAME, arm64)).id, arm.id);
  assert.equal(disk.scratch.open, 0);
});

test('layers that the reader has stay out, and only those that it has', async () => {
  const { images } = await startImages();
  const image = await makeImage(['a', 'b', 'a']);
  await loaded(images, await archiveOf([[image, NAME]]));
  const base = await makeImage(['a']);
  const { images: second } = await startImages();
  await loaded(second, await archiveOf([[base, 'base:1']]));
  const without = base.diffIds.slice();
  assert.deepEqual(await loaded(second, await buffer(await images.save([NAME], { without }))), [
    `Loaded image: ${NAME}`,
  ]);
  assert.equal((await second.resolve(NAME)).id, image.id);

  const several = await multi();
  const { images: third } = await startImages();
  const common = await makeImage(['both']);
  await loaded(third, await archiveOf([[common, 'base:1']]));
  const archive = await buffer(await several.images.save([NAME], { without: common.diffIds }));
  assert.deepEqual(await loaded(third, archive), [`Loaded image: ${NAME}`]);
  assert.equal((await third.resolve(NAME, arm64)).id, several.arm.id);
  // The index is the same, though a layer stayed out.
  assert.equal((await third.resolve(`${REPO}@${several.index}`)).id, several.amd.id);
  const whole = await buffer(await several.images.save([NAME]));
  assert.ok(archive.length < whole.length);
});

test('one platform is taken away, the name stays for the other; the name takes both', async () => {
  const { disk, images, index, amd, arm } = await multi();
  const rest = { force: false, noPrune: false };
  assert.deepEqual(await images.remove(NAME, { ...rest, platforms: [arm64] }), [
    { Deleted: arm.id },
    { Deleted: chainIds(arm.diffIds)[1] },
  ]);
  assert.equal((await images.resolve(NAME)).id, amd.id);
  await assert.rejects(images.remove(NAME, { ...rest, platforms: [arm64] }), { kind: 'not-found' });
  await pull(images, 'linux/arm64');
  const rows = await images.remove(NAME, rest);
  assert.deepEqual(rows.slice(0, 2), [{ Untagged: NAME }, { Untagged: `${REPO}@${index}` }]);
  assert.equal(rows.filter(({ Deleted }) => Deleted === amd.id || Deleted === arm.id).length, 2);
  assert.equal(await images.count(), 0);
  assert.deepEqual(await disk.blobs.list(), []);
  assert.deepEqual(await disk.storage.layers(), []);
});

test('what a container uses of a name keeps the whole name', async () => {
  const { images, arm } = await multi();
  images.setUse((id) => (id === arm.id ? [{ container: 'c'.repeat(64), running: false }] : []));
  await assert.rejects(images.remove(NAME, { force: false, noPrune: false }), {
    kind: 'conflict',
    message: /container cccccccccccc is using its referenced image/,
  });
  assert.equal((await images.list(query))[0]?.Containers, 1);
  const every = new Map([['dangling', ['false']]]);
  assert.deepEqual((await images.prune(every)).deleted, []);
  assert.equal(await images.count(), 2);
});
