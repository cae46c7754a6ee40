/**
 * Images as one tar that is a docker-archive (manifest.json, as Docker reads it since 1.10) and an OCI image layout
 * (index.json, oci-layout; OCI image-spec 1.1, image-layout.md) over the same blobs, as `docker save` writes it
 * since 25. The same images give the same bytes.
 */
import type { Readable } from 'node:stream';
import { type Digest, hexOf, sha256 } from '../../wire/digest.ts';
import { familiarName, familiarString, type Reference, referenceString } from '../reference/reference.ts';
import { type TarWriteEntry, writeTar } from '../tar/write-tar.ts';

export interface ArchiveLayer {
  readonly diffId: Digest;
  /** Bytes of the uncompressed tar. */
  readonly size: number;
  /** Named, but not in the archive: whoever reads it has the layer. */
  readonly absent?: boolean;
  open(): AsyncIterable<Uint8Array>;
}

export interface ArchiveImage {
  /** The config as it is stored: its digest is the image's id. */
  readonly config: Uint8Array;
  /** Bottom first. */
  readonly layers: readonly ArchiveLayer[];
  /** Tagged names. */
  readonly tags: readonly Reference[];
  readonly parent?: Digest;
}

const MEDIA = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A file of the archive: bytes at hand, or a layer to be streamed. */
type Content = Uint8Array | ArchiveLayer;

const blobPath = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

const layerDescriptor = ({ diffId, size }: ArchiveLayer): Descriptor => ({
  mediaType: MEDIA.layer,
  digest: diffId,
  size,
});

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function ociManifest(image: ArchiveImage): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: { mediaType: MEDIA.config, digest: sha256(image.config), size: image.config.length },
    layers: image.layers.map(layerDescriptor),
  });
}

/** One entry a tag; an image without tags has one without a name. */
function indexEntries(image: ArchiveImage, manifest: Buffer): Descriptor[] {
  const plain = { mediaType: MEDIA.manifest, digest: sha256(manifest), size: manifest.length };
  if (image.tags.length === 0) return [plain];
  return image.tags.map((tag) => ({
    ...plain,
    annotations: {
      'io.containerd.image.name': referenceString(tag),
      'org.opencontainers.image.ref.name': tag.tag ?? '',
    },
  }));
}

const dockerManifest = (image: ArchiveImage): Record<string, unknown> => ({
  Config: blobPath(sha256(image.config)),
  RepoTags: image.tags.length === 0 ? null : image.tags.map(familiarString),
  Layers: image.layers.map((layer) => blobPath(layer.diffId)),
  ...(image.parent === undefined ? {} : { Parent: image.parent }),
  LayerSources: Object.fromEntries(image.layers.map((layer) => [layer.diffId, layerDescriptor(layer)])),
});

/** name → tag → top layer, which Docker before 1.10 read. */
function legacyRepositories(images: readonly ArchiveImage[]): Map<string, Map<string, string>> {
  const names = new Map<string, Map<string, string>>();
  for (const image of images) {
    const top = image.layers.at(-1);
    for (const ref of top === undefined ? [] : image.tags) {
      const tags = names.get(familiarName(ref)) ?? new Map<string, string>();
      names.set(familiarName(ref), tags.set(ref.tag ?? '', top === undefined ? '' : hexOf(top.diffId)));
    }
  }
  return names;
}

function files(images: readonly ArchiveImage[]): Map<string, Content> {
  const blobs = new Map<string, Content>();
  const manifests: Descriptor[] = [];
  for (const image of images) {
    const manifest = ociManifest(image);
    for (const layer of image.layers) if (layer.absent !== true) blobs.set(blobPath(layer.diffId), layer);
    blobs.set(blobPath(sha256(image.config)), image.config);
    blobs.set(blobPath(sha256(manifest)), manifest);
    manifests.push(...indexEntries(image, manifest));
  }
  const repositories = legacyRepositories(images);
  const sorted = new Map([...blobs].sort(([a], [b]) => (a < b ? -1 : 1)));
  sorted.set('index.json', json({ schemaVersion: 2, mediaType: MEDIA.index, manifests }));
  sorted.set('manifest.json', json(images.map(dockerManifest)));
  sorted.set('oci-layout', Buffer.from('{"imageLayoutVersion": "1.0.0"}'));
  if (repositories.size > 0) {
    const plain = [...repositories].map(([name, tags]) => [name, Object.fromEntries(tags)]);
    sorted.set('repositories', json(Object.fromEntries(plain)));
  }
  return sorted;
}

function* entries(images: readonly ArchiveImage[]): Generator<TarWriteEntry, void> {
  yield { header: { name: 'blobs/', type: 'directory' } };
  yield { header: { name: 'blobs/sha256/', type: 'directory' } };
  for (const [name, content] of files(images)) {
    const isBytes = content instanceof Uint8Array;
    const size = isBytes ? content.length : content.size;
    yield { header: { name, type: 'file', size }, body: isBytes ? content : content.open() };
  }
}

/** Fails with `internal` where a layer is not as long as it was said to be. */
export const writeImageArchive = (images: readonly ArchiveImage[]): Readable => writeTar(entries(images));
