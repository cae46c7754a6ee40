/** OCI image layouts on disk, for skopeo to bring into a registry. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type TarWriteEntry, writeTar } from '../../../src/kit/tar/write-tar.ts';
import { sha256 } from '../../../src/wire/digest.ts';
import { mediaTypes } from '../../../src/wire/oci-image.ts';

const pack = promisify(gzip);
const cache = resolve(import.meta.dirname, '../../../.cache/images');

/** Bytes that compress to about half, as programs do; the same for the same seed. */
function noise(seed: string, bytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, block = createHash('sha512').update(seed).digest(); at < bytes; at += 128) {
    block = createHash('sha512').update(block).digest();
    parts.push(block, Buffer.alloc(64, block[0]));
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

export interface LayoutShape {
  readonly layers: number;
  /** Of each layer. */
  readonly files: number;
  readonly fileBytes: number;
}

async function layerTar(shape: LayoutShape, layer: number): Promise<Buffer> {
  const entries: TarWriteEntry[] = [{ header: { name: `layer-${layer}/`, type: 'directory' } }];
  for (let file = 0; file < shape.files; file++) {
    const body = noise(`${layer} ${file}`, shape.fileBytes);
    entries.push({ header: { name: `layer-${layer}/${file}`, type: 'file', size: body.length }, body });
  }
  return buffer(writeTar(entries));
}

/** Path of a layout whose image is called `big`, made once and kept. */
export async function bigLayout(name: string, shape: LayoutShape): Promise<string> {
  const folder = join(cache, `${name}-${shape.layers}x${shape.files}x${shape.fileBytes}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}.tmp`;
  const blobs = join(fresh, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, bytes: Buffer) => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const layers: object[] = [];
  const diffIds: string[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const tar = await layerTar(shape, layer);
    diffIds.push(sha256(tar));
    layers.push(await put(mediaTypes.ociLayerGzip, await pack(tar)));
  }
  const config = await put(
    mediaTypes.ociConfig,
    Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        config: { Cmd: ['/none'] },
        rootfs: { type: 'layers', diff_ids: diffIds },
        history: diffIds.map((_, layer) => ({ created_by: `layer ${layer}` })),
      }),
    ),
  );
  const manifest = await put(
    mediaTypes.ociManifest,
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers })),
  );
  const index = {
    schemaVersion: 2,
    manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'big' } }],
  };
  await writeFile(join(fresh, 'index.json'), JSON.stringify(index));
  await writeFile(join(fresh, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  return folder;
}
