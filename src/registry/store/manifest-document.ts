/** What the registry reads of a manifest: which blobs and manifests it needs, and what it is about. */
import { isKind } from '../../errors/minke-error.ts';
import { type Digest, isDigest } from '../../wire/digest.ts';
import { parseManifest } from '../../wire/oci-document.ts';
import { type Descriptor, documentLimits, mediaTypes } from '../../wire/oci-image.ts';
import { RegistryError } from '../errors.ts';

export const manifestLimit = documentLimits.manifest;

/** Accepted at `PUT`; in the order in which an error names them. */
const accepted: readonly string[] = [
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerIndex,
];

export interface ManifestFacts {
  readonly mediaType: string;
  /** Blobs that must be in the repository. */
  readonly blobs: readonly Descriptor[];
  /** Manifests that must be in the repository. */
  readonly manifests: readonly Descriptor[];
  readonly subject: Digest | null;
  /** As a list of referrers names it: its own, else the media type of its config; null for an index without. */
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Layers that are fetched from elsewhere need not be here. */
const isForeign = (layer: Descriptor): boolean =>
  layer.mediaType.includes('nondistributable') || layer.mediaType.includes('.foreign.');

const plain = (annotations: unknown): Record<string, string> =>
  annotations === null || annotations === undefined
    ? {}
    : Object.fromEntries(annotations instanceof Map ? annotations : Object.entries(annotations));

/**
 * @param contentType of the request, without parameters; '' where there was none
 * @throws MANIFEST_INVALID
 */
export function readManifest(bytes: Uint8Array, contentType: string): ManifestFacts {
  if (contentType !== '' && !accepted.includes(contentType) && contentType !== 'application/json') {
    throw new RegistryError(
      'MANIFEST_INVALID',
      `manifests of type ${contentType.slice(0, 200)} are not accepted`,
      {
        detail: accepted,
      },
    );
  }
  try {
    const document = parseManifest(bytes, contentType === 'application/json' ? '' : contentType);
    if (document.kind === 'index') {
      const { manifests, subject, artifactType, annotations } = document.index;
      return {
        mediaType: document.mediaType,
        blobs: [],
        manifests,
        subject: subject?.digest ?? null,
        artifactType: artifactType || null,
        annotations: plain(annotations),
      };
    }
    const { config, layers, subject, artifactType, annotations } = document.manifest;
    return {
      mediaType: document.mediaType,
      blobs: [config, ...layers.filter((layer) => !isForeign(layer))],
      manifests: [],
      subject: subject?.digest ?? null,
      artifactType: artifactType || config.mediaType,
      annotations: plain(annotations),
    };
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error;
    throw new RegistryError('MANIFEST_INVALID', error.message, { cause: error });
  }
}

/**
 * Every digest that a stored document names, also where it would not be accepted today: what the collector must keep.
 * Null where the bytes are no JSON.
 */
export function digestsNamed(bytes: Uint8Array): Set<Digest> | null {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
  const found = new Set<Digest>();
  const waiting: unknown[] = [json];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') {
      if (isDigest(value)) found.add(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) if (inner !== undefined) waiting.push(inner);
    }
  }
  return found;
}
