/** Archives from outside that lie. Each is refused, leaves nothing, and the next honest one loads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  archiveOf,
  file,
  loaded,
  makeImage,
  startImages,
  tarOf,
} from '../../../../test/harness/images/memory-service.ts';
import { isKind } from '../../../errors/minke-error.ts';
import type { TarWriteEntry } from '../../../kit/tar/write-tar.ts';
import { sha256 } from '../../../wire/digest.ts';

async function refuses(name: string, archive: Buffer, message: RegExp): Promise<void> {
  const { images, disk } = await startImages();
  await assert.rejects(
    loaded(images, archive),
    (error) => {
      assert.ok(isKind(error, 'invalid'), `${name}: ${String(error)}`);
      assert.match(error.message, message, name);
      return true;
    },
    name,
  );
  assert.equal(disk.scratch.open, 0, name);
  assert.deepEqual(await disk.storage.layers(), [], name);
  assert.equal(await images.count(), 0, name);
  const honest = await makeImage(['ok']);
  assert.deepEqual(await loaded(images, await archiveOf([[honest, 'ok:1']])), ['Loaded image: ok:1'], name);
}

const entry = (name: string, bytes: Buffer): TarWriteEntry => ({
  header: { name, type: 'file', size: bytes.length },
  body: bytes,
});
const link = (name: string, linkname: string, type: 'symlink' | 'link' = 'symlink'): TarWriteEntry => ({
  header: { name, type, linkname },
});

const image = await makeImage(['a']);
const [layer = Buffer.alloc(0)] = image.layers;
const config = JSON.parse(image.config.toString());

/** A docker-archive with one thing changed. */
const dockerArchive = (
  change: { item?: object; manifest?: string; config?: unknown; layer?: Buffer; more?: TarWriteEntry[] } = {},
): Promise<Buffer> =>
  tarOf([
    file(
      'manifest.json',
      change.manifest ??
        JSON.stringify([{ Config: 'config', RepoTags: ['x:1'], Layers: ['layer'], ...change.item }]),
    ),
    file(
      'config',
      typeof change.config === 'string' ? change.config : JSON.stringify(change.config ?? config),
    ),
    entry('layer', change.layer ?? layer),
    ...(change.more ?? []),
  ]);

test('the archive that the others are made from is fine', async () => {
  const { images } = await startImages();
  assert.deepEqual(await loaded(images, await dockerArchive()), ['Loaded image: x:1']);
});

test('what is no archive', async () => {
  await refuses('text', Buffer.from('root:x:0:0\n'.repeat(200)), /invalid tar header/);
  await refuses('no manifest', await tarOf([file('bin/sh', 'x')]), /neither manifest.json nor index.json/);
  await refuses('cut', (await dockerArchive()).subarray(0, 2000), /./);
  await refuses('cut gzip', gzipSync(await dockerArchive()).subarray(0, 300), /./);
});

test('paths that lead out of the archive', async () => {
  await refuses('entry', await dockerArchive({ more: [file('../../evil', 'x')] }), /leads out of it/);
  await refuses('symlink', await dockerArchive({ more: [link('l', '../../etc/passwd')] }), /leads out of it/);
  await refuses(
    'absolute symlink',
    await dockerArchive({ more: [link('l', '/etc/passwd')] }),
    /leads out of it/,
  );
  await refuses('hard link', await dockerArchive({ more: [link('l', '../x', 'link')] }), /leads out of it/);
  for (const path of ['../../x', '/etc/passwd', 'nope', '', '.', 'a/../../config']) {
    await refuses(`config ${path}`, await dockerArchive({ item: { Config: path } }), /no file/);
    await refuses(`layer ${path}`, await dockerArchive({ item: { Layers: [path] } }), /no file/);
  }
  const loop = [link('a', 'b'), link('b', 'a')];
  await refuses('loop', await dockerArchive({ item: { Layers: ['a'] }, more: loop }), /no file/);
});

test('links inside the archive are followed, as Docker 20.10 writes them', async () => {
  const { images } = await startImages();
  const archive = await dockerArchive({
    item: { Layers: ['id2/layer.tar'] },
    more: [link('id2/layer.tar', '../id1/layer.tar'), link('id1/layer.tar', 'layer', 'link')],
  });
  assert.deepEqual(await loaded(images, archive), ['Loaded image: x:1']);
});

test('malformed manifests', async () => {
  const manifests: [string, RegExp][] = [
    ['null', /invalid manifest.json/],
    ['{}', /invalid manifest.json/],
    ['[{}]', /Config/],
    ['[{"Config":7}]', /Config/],
    ['[{"Config":"config","Layers":"layer"}]', /Layers/],
    ['[{"Config":"config","Layers":[null]}]', /Layers/],
    ['[{"Config":"config"', /invalid manifest.json/],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, /invalid manifest.json/],
    ['\xff', /invalid manifest.json/],
  ];
  for (const [manifest, message] of manifests) {
    await refuses(manifest.slice(0, 40), await dockerArchive({ manifest }), message);
  }
  const huge = Buffer.alloc((4 << 20) + 1, 0x20);
  await refuses('huge', await tarOf([entry('manifest.json', huge)]), /larger than 4194304 bytes/);
});

test('malformed configs', async () => {
  const rootfs = config.rootfs;
  const configs: [unknown, RegExp][] = [
    ['null', /invalid image config/],
    ['[]', /invalid image config/],
    [{ ...config, rootfs: undefined }, /rootfs/],
    [{ ...config, rootfs: { type: 'layers', diff_ids: ['../../x'] } }, /invalid digest format/],
    [
      { ...config, rootfs: { type: 'layers', diff_ids: [image.diffIds[0]?.toUpperCase()] } },
      /invalid digest/,
    ],
    [{ ...config, rootfs: { type: 'layers', diff_ids: [image.diffIds[0]?.slice(0, -1)] } }, /invalid digest/],
    [{ ...config, rootfs: { type: 'other', diff_ids: rootfs.diff_ids } }, /rootfs.type/],
    [{ ...config, os: 7 }, /os/],
    [{ ...config, os: 'windows' }, /cannot load windows image on linux/],
    [{ ...config, created: 'yesterday' }, /created/],
    [{ ...config, config: { Env: 'A=1' } }, /config.Env/],
    [{ ...config, config: { Labels: { a: 1 } } }, /config.Labels/],
    [{ ...config, history: [{}, {}] }, /too many non-empty layers/],
    [{ ...config, history: 'x' }, /history/],
  ];
  for (const [changed, message] of configs) {
    await refuses(JSON.stringify(changed).slice(0, 200), await dockerArchive({ config: changed }), message);
  }
  const more = { ...config, rootfs: { type: 'layers', diff_ids: [...rootfs.diff_ids, ...rootfs.diff_ids] } };
  await refuses('count', await dockerArchive({ config: more }), /layers length mismatch: expected 1, got 2/);
});

test('names that are none', async () => {
  for (const tag of ['x', 'X:1', '../x:1', 'x:', 'x y:1', '']) {
    await refuses(`tag ${tag}`, await dockerArchive({ item: { RepoTags: [tag] } }), /invalid/);
  }
});

test('layers that are not what the config says', async () => {
  const other = await tarOf([file('b', 'other')]);
  await refuses('other bytes', await dockerArchive({ layer: other }), /digest mismatch/);
  await refuses('no tar', await dockerArchive({ layer: Buffer.from('text'.repeat(500)) }), /./);
  await refuses('cut gzip', await dockerArchive({ layer: gzipSync(layer).subarray(0, 40) }), /./);
  await refuses('empty', await dockerArchive({ layer: Buffer.alloc(0) }), /./);
});

interface Blob {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const types = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
};
const describe = ({ mediaType, bytes }: Blob): Record<string, unknown> => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const blobFile = (bytes: Buffer, digest = sha256(bytes)): TarWriteEntry =>
  entry(`blobs/sha256/${digest.slice(7)}`, bytes);

/** An OCI layout with one thing changed. */
function ociLayout(
  change: {
    layer?: Buffer;
    manifest?: (plain: Record<string, unknown>) => unknown;
    index?: (manifest: Record<string, unknown>) => unknown;
    more?: TarWriteEntry[];
  } = {},
): Promise<Buffer> {
  const packed = gzipSync(layer);
  const plain = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: describe({ mediaType: types.config, bytes: image.config }),
    layers: [describe({ mediaType: types.layer, bytes: packed })],
  };
  const manifest = json(change.manifest?.(plain) ?? plain);
  const descriptor = {
    ...describe({ mediaType: types.manifest, bytes: manifest }),
    annotations: { 'io.containerd.image.name': 'docker.io/library/x:1' },
  };
  return tarOf([
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    entry('index.json', json(change.index?.(descriptor) ?? { schemaVersion: 2, manifests: [descriptor] })),
    blobFile(image.config),
    blobFile(change.layer ?? packed, sha256(packed)),
    blobFile(manifest),
    ...(change.more ?? []),
  ]);
}

test('an OCI layout, compressed layers, nested indexes, the fitting platform', async () => {
  const { images } = await startImages();
  assert.deepEqual(await loaded(images, await ociLayout()), ['Loaded image: x:1']);
  assert.equal((await images.resolve('x:1')).id, image.id);
  let inner: Buffer = Buffer.alloc(0);
  const nested = await ociLayout({
    index: (manifest) => {
      const arm = {
        ...manifest,
        digest: `sha256:${'0'.repeat(64)}`,
        platform: { os: 'linux', architecture: 'arm64' },
      };
      const mine = { ...manifest, platform: { os: 'linux', architecture: 'amd64' } };
      const attestation = { ...arm, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } };
      inner = json({ schemaVersion: 2, mediaType: types.index, manifests: [attestation, arm, mine] });
      const outer = {
        ...describe({ mediaType: types.index, bytes: inner }),
        annotations: { 'org.opencontainers.image.ref.name': 'quay.io/y/z:2' },
      };
      return { schemaVersion: 2, manifests: [outer] };
    },
  });
  const whole = Buffer.concat([(await tarOf([blobFile(inner)])).subarray(0, -1024), nested]);
  assert.deepEqual(await loaded(images, whole), ['Loaded image: quay.io/y/z:2']);
  await refuses(
    'other platforms',
    await ociLayout({
      index: () => {
        const bytes = json({ schemaVersion: 2, manifests: [] });
        return { schemaVersion: 2, manifests: [describe({ mediaType: types.index, bytes })] };
      },
      more: [blobFile(json({ schemaVersion: 2, manifests: [] }))],
    }),
    /holds no image for linux\/amd64/,
  );
});

test('documents that two readers could read differently', async () => {
  const both = (plain: Record<string, unknown>): unknown => ({ ...plain, manifests: [] });
  await refuses('manifest and index', await ociLayout({ manifest: both }), /both an image and an index/);
  await refuses(
    'index and manifest',
    await ociLayout({ index: (manifest) => ({ schemaVersion: 2, manifests: [manifest], layers: [] }) }),
    /both an image and an index/,
  );
  await refuses(
    'media type',
    await ociLayout({ manifest: (plain) => ({ ...plain, mediaType: types.index }) }),
    /media type is .*index.*, announced was .*manifest/,
  );
  await refuses(
    'announced as index',
    await ociLayout({
      index: (manifest) => ({ schemaVersion: 2, manifests: [{ ...manifest, mediaType: types.index }] }),
    }),
    /media type/,
  );
  await refuses(
    'version',
    await ociLayout({ manifest: (plain) => ({ ...plain, schemaVersion: 1 }) }),
    /schemaVersion/,
  );
});

test('blobs that are not what their descriptors say', async () => {
  const wrong = (digest: string) => (manifest: Record<string, unknown>) => ({
    schemaVersion: 2,
    manifests: [{ ...manifest, digest }],
  });
  for (const digest of ['sha256:../..', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}`, '../../x']) {
    await refuses(digest, await ociLayout({ index: wrong(digest) }), /invalid digest format/);
  }
  await refuses('absent', await ociLayout({ index: wrong(`sha256:${'a'.repeat(64)}`) }), /no file/);
  await refuses(
    'size',
    await ociLayout({ index: (manifest) => ({ schemaVersion: 2, manifests: [{ ...manifest, size: 7 }] }) }),
    /size mismatch/,
  );
  await refuses(
    'fractional size',
    await ociLayout({
      index: (manifest) => ({ schemaVersion: 2, manifests: [{ ...manifest, size: 2 ** 60 }] }),
    }),
    /size/,
  );
  const packed = gzipSync(layer);
  const other = Buffer.from(packed);
  other[4] = 1; // gzip's time: other bytes, same content
  await refuses('layer bytes', await ociLayout({ layer: other }), /digest mismatch/);
});

test('security options in a config go nowhere', async () => {
  const { images } = await startImages();
  const evil = {
    ...config,
    config: {
      ...config.config,
      HostConfig: { Privileged: true },
      Privileged: true,
      SecurityOpt: ['x'],
      Runtime: 'y',
    },
    CgroupParent: '/',
  };
  await loaded(images, await dockerArchive({ config: evil }));
  const resolved = await images.resolve('x:1');
  assert.deepEqual(Object.keys(resolved.config.config ?? {}), ['Cmd']);
  assert.ok(!('CgroupParent' in resolved.config));
  assert.doesNotMatch(
    JSON.stringify(await images.inspect('x:1')),
    /Privileged|SecurityOpt|Runtime|CgroupParent/,
  );
});
