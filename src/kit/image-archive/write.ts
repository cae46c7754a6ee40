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
  /** The blob that it is written as, where that is not its tar. `size` and `open` are the blob's. */
  readonly blob?: { readonly digest: Digest; readonly mediaType: string };
  open(): AsyncIterable<Uint8Array>;
}

/** A manifest or an index, written byte for byte. */
export interface ArchiveDocument {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export interface ArchiveImage {
  /** The config as it is stored: its digest is the image's id. */
  readonly config: Uint8Array;
  /** Bottom first. */
  readonly layers: readonly ArchiveLayer[];
  /** Tagged names. */
  readonly tags: readonly Reference[];
  readonly parent?: Digest;
  /** Names the layers as they are given here; made where there is none. */
  readonly manifest?: ArchiveDocument;
}

/** Images for several platforms under the same names. */
export interface ArchiveIndex {
  /** The first is what readers get that know of one platform only. Their own tags don't count. */
  readonly images: readonly (ArchiveImage & { readonly platform: ArchivePlatform })[];
  readonly tags: readonly Reference[];
  /** Names the images' manifests; made where there is none. */
  readonly index?: ArchiveDocument;
}

export interface ArchivePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
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

const layerDescriptor = ({ diffId, size, blob }: ArchiveLayer): Descriptor => ({
  mediaType: blob?.mediaType ?? MEDIA.layer,
  digest: blob?.digest ?? diffId,
  size,
});

const layerPath = (layer: ArchiveLayer): string => blobPath(layerDescriptor(layer).digest);

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function ociManifest(image: ArchiveImage): ArchiveDocument {
  const made = {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: { mediaType: MEDIA.config, digest: sha256(image.config), size: image.config.length },
    layers: image.layers.map(layerDescriptor),
  };
  return image.manifest ?? { bytes: json(made), mediaType: MEDIA.manifest };
}

const descriptorOf = ({ bytes, mediaType }: ArchiveDocument): Descriptor => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});

function ociIndex({ images, index }: ArchiveIndex): ArchiveDocument {
  const manifests = images.map((image) => ({
    ...descriptorOf(ociManifest(image)),
    platform: {
      architecture: image.platform.architecture,
      os: image.platform.os,
      ...(image.platform.variant === undefined ? {} : { variant: image.platform.variant }),
    },
  }));
  return (
    index ?? { bytes: json({ schemaVersion: 2, mediaType: MEDIA.index, manifests }), mediaType: MEDIA.index }
  );
}

/** One entry a tag; an image without tags has one without a name. */
function indexEntries(document: ArchiveDocument, tags: readonly Reference[]): Descriptor[] {
  const plain = descriptorOf(document);
  if (tags.length === 0) return [plain];
  return tags.map((tag) => ({
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
  Layers: image.layers.map(layerPath),
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

/** What readers of manifest.json get: one platform of an index. */
function single(item: ArchiveImage | ArchiveIndex): ArchiveImage[] {
  if (!('images' in item)) return [item];
  const [first] = item.images;
  return first === undefined ? [] : [{ ...first, tags: item.tags }];
}

function files(items: readonly (ArchiveImage | ArchiveIndex)[]): Map<string, Content> {
  const blobs = new Map<string, Content>();
  const manifests: Descriptor[] = [];
  const put = (document: ArchiveDocument): ArchiveDocument => {
    blobs.set(blobPath(sha256(document.bytes)), document.bytes);
    return document;
  };
  const addImage = (image: ArchiveImage): ArchiveDocument => {
    for (const layer of image.layers) if (layer.absent !== true) blobs.set(layerPath(layer), layer);
    blobs.set(blobPath(sha256(image.config)), image.config);
    return put(ociManifest(image));
  };
  for (const item of items) {
    if ('images' in item) {
      item.images.forEach(addImage);
      manifests.push(...indexEntries(put(ociIndex(item)), item.tags));
    } else manifests.push(...indexEntries(addImage(item), item.tags));
  }
  const images = items.flatMap(single);
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

function* entries(images: readonly (ArchiveImage | ArchiveIndex)[]): Generator<TarWriteEntry, void> {
  yield { header: { name: 'blobs/', type: 'directory' } };
  yield { header: { name: 'blobs/sha256/', type: 'directory' } };
  for (const [name, content] of files(images)) {
    const isBytes = content instanceof Uint8Array;
    const size = isBytes ? content.length : content.size;
    yield { header: { name, type: 'file', size }, body: isBytes ? content : content.open() };
  }
}

/** Fails with `internal` where a layer is not as long as it was said to be. */
export const writeImageArchive = (images: readonly (ArchiveImage | ArchiveIndex)[]): Readable =>
  writeTar(entries(images));
