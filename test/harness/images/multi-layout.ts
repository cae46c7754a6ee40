/** An OCI image layout with one index of several platforms, for skopeo to bring into a registry. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { writeTar } from '../../../src/kit/tar/write-tar.ts';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';
import { mediaTypes } from '../../../src/wire/oci-image.ts';

export interface MultiLayout {
  readonly index: Digest;
  /** By architecture. */
  readonly manifests: ReadonlyMap<string, Digest>;
  readonly ids: ReadonlyMap<string, Digest>;
}

/** Written to the folder; the name in it is `multi`. Blanks in the documents are such as only bytes keep. */
export async function writeMultiLayout(
  folder: string,
  architectures: readonly string[],
): Promise<MultiLayout> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, bytes: Buffer) => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 5)}\n`);
  const layerOf = (name: string): Promise<Buffer> =>
    buffer(
      writeTar([{ header: { name, type: 'file', size: name.length, mode: 0o755 }, body: Buffer.from(name) }]),
    );
  const common = await layerOf('common');
  const [manifests, ids] = [new Map<string, Digest>(), new Map<string, Digest>()];
  const listed: object[] = [];
  for (const architecture of architectures) {
    const own = await layerOf(architecture);
    const layers = [];
    for (const tar of [common, own]) layers.push(await put(mediaTypes.ociLayerGzip, gzipSync(tar)));
    const config = await put(
      mediaTypes.ociConfig,
      json({
        architecture,
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        config: { Cmd: [`/${architecture}`] },
        rootfs: { type: 'layers', diff_ids: [sha256(common), sha256(own)] },
        history: [{ created_by: 'common' }, { created_by: architecture }],
      }),
    );
    const manifest = await put(
      mediaTypes.ociManifest,
      json({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }),
    );
    ids.set(architecture, config.digest);
    manifests.set(architecture, manifest.digest);
    listed.push({ ...manifest, platform: { architecture, os: 'linux' } });
  }
  const index = await put(
    mediaTypes.ociIndex,
    json({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: listed }),
  );
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': 'multi' } };
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { index: index.digest, manifests, ids };
}
