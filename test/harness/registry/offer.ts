/** An image of noise in a registry that a test has in its hands. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';
import { mediaTypes } from '../../../src/wire/oci-image.ts';
import { tarOf } from '../images/memory-service.ts';
import { plainConfig } from '../images/plain-config.ts';
import type { StubRegistry } from './stub.ts';

export interface Offered {
  readonly id: Digest;
  readonly digest: Digest;
  /** Compressed, the bottommost first. */
  readonly layers: readonly { readonly digest: Digest; readonly bytes: Buffer }[];
}

const descriptor = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});

/** @param sizes bytes of the file in each layer */
export async function offer(
  stub: StubRegistry,
  repository: string,
  tag: string,
  sizes: readonly number[],
): Promise<Offered> {
  const tars = await Promise.all(
    sizes.map((size, at) =>
      tarOf([{ header: { name: `noise-${at}`, type: 'file', size }, body: randomBytes(size) }]),
    ),
  );
  const layers = tars.map((tar) => gzipSync(tar, { level: 1 }));
  const config = plainConfig(tars);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: descriptor(mediaTypes.ociConfig, config),
      layers: layers.map((layer) => descriptor(mediaTypes.ociLayerGzip, layer)),
    }),
  );
  for (const blob of [config, ...layers]) stub.blobs.set(sha256(blob), blob);
  const stored = { mediaType: mediaTypes.ociManifest, bytes };
  stub.manifests.set(`${repository}:${tag}`, stored).set(`${repository}@${sha256(bytes)}`, stored);
  return {
    id: sha256(config),
    digest: sha256(bytes),
    layers: layers.map((layer) => ({ digest: sha256(layer), bytes: layer })),
  };
}
