import type { Digest } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';

export interface PushedLayer {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

const asDocker: Readonly<Record<string, string>> = {
  [mediaTypes.ociLayer]: mediaTypes.dockerLayer,
  [mediaTypes.ociLayerGzip]: mediaTypes.dockerLayerGzip,
  [mediaTypes.ociLayerZstd]: mediaTypes.dockerLayerZstd,
};

const field = ({ mediaType, size, digest }: PushedLayer): Record<string, unknown> => ({
  mediaType: asDocker[mediaType] ?? mediaType,
  size,
  digest,
});

/** Schema 2 as Docker writes it: the same layers make the same bytes, whichever of the two pushed. */
export function schema2Manifest(
  config: { readonly digest: Digest; readonly size: number },
  layers: readonly PushedLayer[],
): { readonly mediaType: string; readonly bytes: Buffer } {
  const mediaType = mediaTypes.dockerManifest;
  const document = {
    schemaVersion: 2,
    mediaType,
    config: field({ mediaType: mediaTypes.dockerConfig, ...config }),
    layers: layers.map(field),
  };
  return { mediaType, bytes: Buffer.from(JSON.stringify(document, null, 3)) };
}
