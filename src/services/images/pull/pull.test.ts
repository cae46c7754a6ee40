import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { Disk, makeImage, messages, startImages } from '../../../../test/harness/images/memory-service.ts';
import { type Published, publish, publishIndex } from '../../../../test/harness/images/published.ts';
import { until } from '../../../../test/harness/until.ts';
import { PassingFailure } from '../../../drivers/remote/contract.ts';
import { isKind, MinkeError } from '../../../errors/minke-error.ts';
import { sha256 } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import type { ImageService } from '../images.ts';

const credentials = parseAuthHeader(undefined);
const REPO = 'r.test:5000/app';

const pull = async (
  images: ImageService,
  image: string,
  more: { tag?: string; platform?: string; signal?: AbortSignal } = {},
): Promise<string[]> => {
  const { signal, ...request } = more;
  const said = await messages(images.pull({ image, credentials, ...request }, signal));
  return said
    .filter(({ progress }) => progress === undefined)
    .map(({ id, status }) => (id === undefined ? String(status) : `${id}: ${status}`));
};

const short = (digest: string | undefined): string => (digest ?? '').slice(7, 19);

test('a pull says what Docker says, and the image has the digest that it came by', async () => {
  const { images, disk, events } = await startImages();
  const image = await makeImage(['a', 'b']);
  const { digest, blobs } = publish(disk.remote, REPO, image, { tag: '1' });
  const [a, b] = blobs.map(short);
  const said = await pull(images, REPO, { tag: '1' });
  assert.deepEqual(
    [...said.slice(0, 3), ...said.slice(3, -4).sort(), ...said.slice(-4)],
    [
      '1: Pulling from app',
      `${a}: Pulling fs layer`,
      `${b}: Pulling fs layer`,
      ...[
        `${a}: Download complete`,
        `${a}: Verifying Checksum`,
        `${b}: Download complete`,
        `${b}: Verifying Checksum`,
      ].sort(),
      `${a}: Pull complete`,
      `${b}: Pull complete`,
      `Digest: ${digest}`,
      `Status: Downloaded newer image for ${REPO}:1`,
    ],
  );
  const inspected = await images.inspect(`${REPO}:1`);
  assert.deepEqual(inspected.RepoDigests, [`${REPO}@${digest}`]);
  assert.equal((await images.inspect(`${REPO}@${digest}`)).Id, image.id);
  assert.deepEqual(
    await disk.blobs.read(digest, 1 << 20),
    disk.remote.repository(REPO).manifests.get(digest)?.bytes,
  );
  assert.deepEqual(events(), [`pull ${REPO}`]);
  assert.equal(disk.incoming.waiting.size, 0);
  disk.remote.asked.length = 0;
  assert.deepEqual(await pull(images, `${REPO}:1`), [
    '1: Pulling from app',
    `Digest: ${digest}`,
    `Status: Image is up to date for ${REPO}:1`,
  ]);
  assert.deepEqual(disk.remote.asked, ['describe 1']);
  assert.deepEqual((await pull(images, `${REPO}@${digest}`)).slice(0, 1), [
    `${REPO}@${digest}: Pulling from app`,
  ]);
});

test('bytes that are done and to do are told over all layers', async () => {
  const { images, disk } = await startImages();
  publish(disk.remote, REPO, await makeImage(['a', 'b']), { tag: '1' });
  const said = await messages(images.pull({ image: `${REPO}:1`, credentials }));
  const overall = said.flatMap((message) => (message.overall === undefined ? [] : [message.overall])) as {
    current: number;
    total: number;
  }[];
  const last = overall.at(-1);
  assert.ok(last !== undefined && last.total > 0);
  assert.equal(last.current, last.total);
});

test('layers that are here are not fetched; all tags of a repository', async () => {
  const { images, disk } = await startImages();
  const one = publish(disk.remote, REPO, await makeImage(['a', 'b']), { tag: '1' });
  const two = publish(disk.remote, REPO, await makeImage(['a', 'c']), { tag: '2' });
  const said = await pull(images, REPO);
  assert.equal(said.filter((line) => line.startsWith('Digest: ')).length, 2);
  assert.ok(said.includes(`${short(one.blobs[0])}: Already exists`));
  assert.equal(said.at(-1), `Status: Downloaded newer image for ${REPO}`);
  assert.equal(disk.remote.asked.filter((line) => line.startsWith(`blob ${two.blobs[0]}`)).length, 1);
  assert.equal(await images.count(), 2);
});

test('compressed layers are kept or dropped', async () => {
  for (const policy of ['keep', 'drop'] as const) {
    const disk = new Disk();
    const { images } = await startImages(disk, undefined, policy);
    const { digest, blobs } = publish(disk.remote, REPO, await makeImage(['a', 'b']), { tag: '1' });
    await pull(images, `${REPO}:1`);
    for (const blob of blobs) assert.equal(await disk.blobs.has(blob), policy === 'keep');
    const again = await startImages(disk, undefined, policy);
    for (const blob of blobs) assert.equal(await disk.blobs.has(blob), policy === 'keep');
    assert.equal(await disk.blobs.has(digest), true);
    await again.images.remove(`${REPO}:1`, { force: false, noPrune: false });
    assert.deepEqual(await disk.blobs.list(), []);
  }
});

test('an index gives the image for the platform, and others when they are asked for', async () => {
  const { images, disk } = await startImages();
  const amd = await makeImage(['amd']);
  const arm = await makeImage(['arm'], { extra: { architecture: 'arm64', variant: 'v8' } });
  const digest = publishIndex(
    disk.remote,
    REPO,
    [
      {
        published: publish(disk.remote, REPO, arm),
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      },
      { published: publish(disk.remote, REPO, amd), platform: { os: 'linux', architecture: 'amd64' } },
    ],
    'multi',
  );
  assert.ok((await pull(images, `${REPO}:multi`)).includes(`Digest: ${digest}`));
  assert.equal((await images.resolve(`${REPO}:multi`)).id, amd.id);
  assert.deepEqual((await images.inspect(`${REPO}:multi`)).RepoDigests, [`${REPO}@${digest}`]);
  const said = await pull(images, `${REPO}:multi`, { platform: 'linux/arm64' });
  assert.equal(said.at(-1), `Status: Downloaded newer image for ${REPO}:multi`);
  assert.equal((await images.resolve(`${REPO}:multi`)).id, amd.id);
  const asked = { os: 'linux', architecture: 'arm64' };
  assert.equal((await images.resolve(`${REPO}:multi`, asked)).id, arm.id);
  assert.equal((await images.inspect(`${REPO}@${digest}`, { platform: asked })).Id, arm.id);
  await assert.rejects(pull(images, `${REPO}:multi`, { platform: 'linux/s390x' }), {
    kind: 'not-found',
    message: 'no matching manifest for linux/s390x in the manifest list entries',
  });
});

test('one manifest for another platform comes with a warning; a platform that is none is refused', async () => {
  const { images, disk } = await startImages();
  publish(disk.remote, REPO, await makeImage(['a']), { tag: '1' });
  const said = await pull(images, `${REPO}:1`, { platform: 'linux/arm64' });
  assert.equal(
    said.at(-1),
    `WARNING: image with reference ${REPO}:1 was found but its platform (linux/amd64) does not match the specified platform (linux/arm64)`,
  );
  await assert.rejects(pull(images, `${REPO}:1`, { platform: 'bogus' }), {
    message: '"bogus": unknown operating system or architecture: invalid argument',
  });
});

test('what a registry refuses, in words, before anything is said', async () => {
  const { images, disk } = await startImages();
  await assert.rejects(pull(images, `${REPO}:none`), {
    kind: 'not-found',
    message: `manifest for ${REPO}:none not found: manifest unknown: manifest unknown`,
  });
  publish(disk.remote, REPO, await makeImage(['a']), {
    tag: 'old',
    mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  });
  await assert.rejects(pull(images, `${REPO}:old`), /schema 1, which is not supported/);
  await assert.rejects(pull(images, 'scratch'), /'scratch' is a reserved name/);
  await assert.rejects(pull(images, 'UPPER'), /must be lowercase/);
  assert.equal(await images.count(), 0);
});

test('a cut transfer goes on where it was, also after a cancel and a new start', async () => {
  const disk = new Disk();
  const image = await makeImage(['a'], {});
  const { blobs } = publish(disk.remote, REPO, image, { tag: '1' });
  const [blob = ''] = blobs;
  const cut = (bytes: Buffer): Readable =>
    Readable.from(
      (function* () {
        yield bytes.subarray(0, 50);
        throw new Error('ECONNRESET');
      })(),
      { objectMode: false },
    );
  let cuts = 0;
  disk.remote.tamper = (asked, bytes) =>
    asked.startsWith(`blob ${blob}`) && cuts++ === 0 ? cut(bytes) : bytes;
  const { images } = await startImages(disk);
  const said = await pull(images, `${REPO}:1`);
  assert.ok(said.includes(`${short(blob)}: Retrying in 5 seconds`));
  const offsets = () =>
    disk.remote.asked.filter((line) => line.startsWith(`blob ${blob}`)).map((line) => line.split(' ')[2]);
  assert.deepEqual(offsets(), ['0', '50']);

  await images.remove(`${REPO}:1`, { force: true, noPrune: false });
  disk.remote.asked.length = 0;
  const leave = new AbortController();
  disk.remote.tamper = (asked, bytes) =>
    asked.startsWith(`blob ${blob}`)
      ? Readable.from(
          (async function* () {
            yield bytes.subarray(0, 60);
            await until('the first bytes to be written', async () => disk.incoming.waiting.size > 0);
            leave.abort();
            yield bytes.subarray(60, 70);
            yield bytes.subarray(70);
          })(),
          { objectMode: false },
        )
      : bytes;
  await assert.rejects(pull(images, `${REPO}:1`, { signal: leave.signal }));
  const [came] = disk.incoming.waiting.values();
  assert.ok(came !== undefined && came.length >= 60);
  disk.remote.tamper = (_, bytes) => bytes;
  const next = await startImages(disk);
  await pull(next.images, `${REPO}:1`);
  assert.deepEqual(offsets(), ['0', String(came.length)]);
  assert.equal((await next.images.resolve(`${REPO}:1`)).id, image.id);
});

test('layers that a pull has made before it was cut are neither fetched nor unpacked again', async () => {
  const disk = new Disk();
  const image = await makeImage(['a', 'b', 'c']);
  const { blobs } = publish(disk.remote, REPO, image, { tag: '1' });
  const [, , last = ''] = blobs;
  const unpacked: string[] = [];
  const add = disk.storage.addLayer.bind(disk.storage);
  disk.storage.addLayer = (tar, options) => {
    unpacked.push(options.diffId ?? '');
    return add(tar, options);
  };
  const asked = () =>
    disk.remote.asked.flatMap((line) => (line.startsWith('blob ') ? [short(line.split(' ')[1])] : []));
  const leave = new AbortController();
  const layers = async (count: number) => (await disk.storage.layers()).length === count;
  disk.remote.tamper = (what, bytes) =>
    what.startsWith(`blob ${last}`)
      ? Readable.from(
          (async function* () {
            yield bytes.subarray(0, 30);
            await until('two layers to be made', () => layers(2));
            leave.abort();
            await until('the cancel to be heard', () => leave.signal.aborted);
            yield bytes.subarray(30);
          })(),
          { objectMode: false },
        )
      : bytes;
  const first = await startImages(disk);
  await assert.rejects(pull(first.images, `${REPO}:1`, { signal: leave.signal }));
  assert.ok(await layers(2));
  assert.equal(await first.images.count(), 0);

  disk.remote.tamper = (_, bytes) => bytes;
  disk.remote.asked.length = 0;
  const made = unpacked.splice(0).filter((diffId) => diffId !== image.diffIds[2]);
  assert.deepEqual(made, image.diffIds.slice(0, 2));
  const next = await startImages(disk);
  assert.ok(await layers(2), 'a start keeps them');
  const said = await pull(next.images, `${REPO}:1`);
  assert.deepEqual(
    blobs.map((blob) => said.includes(`${short(blob)}: Already exists`)),
    [true, true, false],
  );
  assert.deepEqual(
    asked().filter((digest) => blobs.map(short).includes(digest)),
    [short(last)],
  );
  assert.deepEqual(unpacked, [image.diffIds[2]]);
  assert.equal(disk.unfinished.size, 0);
  assert.equal((await next.images.resolve(`${REPO}:1`)).id, image.id);
  await next.images.remove(`${REPO}:1`, { force: false, noPrune: false });
  assert.ok(await layers(0));
});

test('what is left of a pull goes with a prune, and after a week', async () => {
  for (const how of ['prune', 'week']) {
    const disk = new Disk();
    const { blobs } = publish(disk.remote, REPO, await makeImage(['a', 'b']), { tag: '1' });
    disk.remote.tamper = (what, bytes) =>
      what.startsWith(`blob ${blobs[1]}`)
        ? Readable.from(
            (async function* () {
              await until('a layer to be made', async () => (await disk.storage.layers()).length === 1);
              yield Buffer.from(bytes).fill(1, 20, 30);
            })(),
            { objectMode: false },
          )
        : bytes;
    const { images } = await startImages(disk);
    await assert.rejects(pull(images, `${REPO}:1`), /verification failed/);
    assert.equal((await disk.storage.layers()).length, 1, how);
    if (how === 'prune') await images.prune(new Map());
    else await startImages(disk, '2026-01-10T00:00:00.000Z');
    assert.deepEqual(await disk.storage.layers(), [], how);
    assert.equal(disk.unfinished.size, 0, how);
  }
});

test('failures in a row end the pull; a registry that asks for too long a wait is not waited for', async () => {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const { blobs } = publish(disk.remote, REPO, await makeImage(['a']), { tag: '1' });
  let after: number | null = null;
  disk.remote.tamper = (asked, bytes) => {
    if (asked.startsWith(`blob ${blobs[0]}`))
      throw new PassingFailure('toomanyrequests: slow down', { after });
    return bytes;
  };
  const tries = () => disk.remote.asked.filter((line) => line.startsWith(`blob ${blobs[0]}`)).length;
  await assert.rejects(pull(images, `${REPO}:1`), /toomanyrequests: slow down/);
  assert.equal(tries(), 5);
  after = 3_600_000;
  await assert.rejects(pull(images, `${REPO}:1`), /toomanyrequests/);
  assert.equal(tries(), 6);
});

test('lies about blobs: nothing of them stays, and the honest blob is fetched next time', async () => {
  const image = await makeImage(['a']);
  const lies: [string, (bytes: Buffer) => Buffer, RegExp][] = [
    ['other bytes', (bytes) => Buffer.from(bytes).fill(1, 20, 30), /filesystem layer verification failed/],
    ['too long', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /longer than its \d+ bytes/],
    ['too short', (bytes) => bytes.subarray(0, 0), /unexpected end of/],
  ];
  for (const [what, lie, message] of lies) {
    const disk = new Disk();
    const { images } = await startImages(disk);
    const { blobs } = publish(disk.remote, REPO, image, { tag: '1' });
    disk.remote.tamper = (asked, bytes) => (asked.startsWith(`blob ${blobs[0]}`) ? lie(bytes) : bytes);
    await assert.rejects(pull(images, `${REPO}:1`), message, what);
    assert.equal(await images.count(), 0, what);
    assert.deepEqual(await disk.storage.layers(), [], what);
    for (const bytes of disk.incoming.waiting.values()) assert.equal(bytes.length, 0, what);
    disk.remote.tamper = (_, bytes) => bytes;
    await pull(images, `${REPO}:1`);
    assert.equal((await images.resolve(`${REPO}:1`)).id, image.id, what);
  }
});

test('documents that do not fit together', async () => {
  const image = await makeImage(['a']);
  const other = await makeImage(['b', 'c']);
  const changes: [string, (plain: Record<string, unknown>) => unknown, RegExp][] = [
    ['both kinds', (plain) => ({ ...plain, manifests: [] }), /both an image and an index/],
    ['another type', (plain) => ({ ...plain, mediaType: mediaTypes.dockerManifest }), /media type is/],
    ['no layers', (plain) => ({ ...plain, layers: null }), /layers/],
    [
      'fewer layers',
      (plain) => ({ ...plain, layers: [] }),
      /layers from manifest don't match image configuration/,
    ],
    [
      'an artifact',
      (plain) => ({
        ...plain,
        config: { ...(plain.config as object), mediaType: 'application/vnd.oci.empty.v1+json' },
      }),
      /not a container image/,
    ],
    [
      'odd layers',
      (plain) => ({
        ...plain,
        layers: (plain.layers as object[]).map((layer) => ({ ...layer, mediaType: 'application/x-odd' })),
      }),
      /unsupported media type application\/x-odd/,
    ],
  ];
  for (const [what, change, message] of changes) {
    const { images, disk } = await startImages();
    publish(disk.remote, REPO, image, { tag: '1', change });
    await assert.rejects(pull(images, `${REPO}:1`), (error: unknown) => {
      assert.ok(error instanceof MinkeError, what);
      assert.match(error.message, message, what);
      return true;
    });
    assert.equal(await images.count(), 0);
  }
  const { images, disk } = await startImages();
  const { digest } = publish(disk.remote, REPO, image, { tag: '1' });
  publish(disk.remote, REPO, other, { tag: '2' });
  disk.remote.tamper = (asked, bytes) => (asked === `blob ${image.id} 0` ? Buffer.from('{}') : bytes);
  await assert.rejects(pull(images, `${REPO}@${digest}`), /image config verification failed/);
});

test('addresses in a manifest are not followed: a layer comes from its registry', async () => {
  const { images, disk } = await startImages();
  const image = await makeImage(['a']);
  const { blobs } = publish(disk.remote, REPO, image, {
    tag: '1',
    change: (plain) => ({
      ...plain,
      layers: (plain.layers as object[]).map((layer) => ({
        ...layer,
        mediaType: mediaTypes.dockerForeignLayerGzip,
        urls: ['http://evil.test/layer', 'file:///etc/passwd'],
      })),
    }),
  });
  await pull(images, `${REPO}:1`);
  assert.deepEqual(disk.remote.asked.slice(-1), [`blob ${blobs[0]} 0`]);
});

test('two pulls of one image at once fetch its layers once', async () => {
  const { images, disk } = await startImages();
  const { blobs } = publish(disk.remote, REPO, await makeImage(['a', 'b']), { tag: '1' });
  await Promise.all([pull(images, `${REPO}:1`), pull(images, `${REPO}:1`)]);
  for (const blob of blobs)
    assert.equal(disk.remote.asked.filter((line) => line.startsWith(`blob ${blob}`)).length, 1);
  assert.equal(disk.incoming.waiting.size, 0);
});

test('any manifest is pulled or refused', async () => {
  const image = await makeImage(['a']);
  const { disk, images } = await startImages();
  const honest: Published = publish(disk.remote, REPO, image, { tag: '1' });
  const plain = JSON.parse(honest.manifest.toString());
  const paths = [
    'schemaVersion',
    'mediaType',
    'config',
    'layers',
    'annotations',
    'subject',
    'manifests',
    '__proto__',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (key, value) => {
      const bytes = Buffer.from(JSON.stringify({ ...plain, [key]: value }));
      const digest = sha256(bytes);
      disk.remote.repository(REPO).manifests.set(digest, {
        digest,
        mediaType: mediaTypes.ociManifest,
        size: bytes.length,
        bytes,
      });
      await pull(images, `${REPO}@${digest}`).catch((error: unknown) =>
        assert.ok(error instanceof MinkeError && !isKind(error, 'cancelled'), String(error)),
      );
    }),
    { numRuns: 200 },
  );
});
