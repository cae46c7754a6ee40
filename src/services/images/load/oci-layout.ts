import { invalid, notFound } from '../../../errors/minke-error.ts';
import { isPlatform } from '../../../kit/platform/match.ts';
import { parseReference, type Reference, withDefaultTag } from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { type Digest, hexOf, sha256 } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { type Descriptor, documentLimits, type Manifest, mediaTypes } from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';
import { isImageDescriptor, preference } from '../platform/match.ts';
import type { Archive, ArchiveFile } from './archive.ts';
import type { PlannedDocument, PlannedImage } from './plan.ts';

const INDEX = 'index.json';
const MAX_DEPTH = 4;
const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerIndex];

export const isOciLayout = (archive: Archive): boolean => archive.has(INDEX);

const blobPath = (digest: Digest): string => `blobs/${digest.slice(0, digest.indexOf(':'))}/${hexOf(digest)}`;

function blob(archive: Archive, { digest, size }: Descriptor): ArchiveFile {
  const file = archive.file(blobPath(digest));
  if (file.size !== size) throw invalid(`size mismatch: ${digest} is ${file.size} bytes, not ${size}`);
  return file;
}

async function document(archive: Archive, descriptor: Descriptor, limit: number): Promise<Buffer> {
  const bytes = await blob(archive, descriptor).bytes(limit);
  if (descriptor.digest.startsWith('sha256:') && sha256(bytes) !== descriptor.digest) {
    throw invalid(`digest mismatch: expected ${descriptor.digest}, got ${sha256(bytes)}`);
  }
  return bytes;
}

/** A full name, as containerd and skopeo write it; a bare tag names nothing. */
function nameOf({ annotations }: Descriptor): Reference | undefined {
  const full = annotations?.['io.containerd.image.name'];
  const ref = annotations?.['org.opencontainers.image.ref.name'];
  const text = full ?? (ref !== undefined && /[:/]/.test(ref) ? ref : undefined);
  if (text === undefined) return undefined;
  const parsed = withDefaultTag(parseReference(text));
  return parsed.tag === undefined ? undefined : { domain: parsed.domain, path: parsed.path, tag: parsed.tag };
}

/** Documents of one image of the archive. */
interface Found {
  readonly manifest: Manifest;
  readonly document: PlannedDocument;
  readonly platform: ImagePlatform | undefined;
}

const platformIn = ({ platform }: Descriptor): ImagePlatform | undefined =>
  platform
    ? {
        os: platform.os,
        architecture: platform.architecture,
        ...(platform.variant ? { variant: platform.variant } : {}),
      }
    : undefined;

/** The images below a descriptor that are in the archive: an index may name more than came with it. */
async function imagesBelow(archive: Archive, descriptor: Descriptor, depth = 0): Promise<Found[]> {
  if (depth > MAX_DEPTH) throw invalid('invalid archive: indexes within indexes within indexes');
  const bytes = await document(archive, descriptor, documentLimits.manifest);
  const { digest } = descriptor;
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest') {
    const { manifest, mediaType } = parsed;
    return [{ manifest, document: { digest, mediaType, bytes }, platform: platformIn(descriptor) }];
  }
  const found: Found[] = [];
  for (const child of parsed.index.manifests.filter(isImageDescriptor))
    if (archive.has(blobPath(child.digest)))
      for (const one of await imagesBelow(archive, child, depth + 1))
        if (archive.has(blobPath(one.manifest.config.digest)))
          found.push({ ...one, platform: one.platform ?? platformIn(child) });
  return found;
}

/** What the machine runs best comes first. */
function inOrder(found: readonly Found[], machine: ImagePlatform): Found[] {
  const rank = ({ platform }: Found): number => (platform ? preference(platform, machine) : 0);
  return found
    .map((one, at) => ({ one, at, rank: rank(one) }))
    .sort((a, b) => (a.rank === b.rank ? a.at - b.at : a.rank - b.rank))
    .map(({ one }) => one);
}

async function plannedImage(
  archive: Archive,
  { manifest, document: manifestDocument }: Found,
  index: PlannedDocument | undefined,
  tags: readonly Reference[],
): Promise<PlannedImage> {
  return {
    config: await document(archive, manifest.config, documentLimits.config),
    layers: manifest.layers.map((layer) => ({
      file: () => blob(archive, layer),
      digest: layer.digest,
      mediaType: layer.mediaType,
      size: layer.size,
      absent: !archive.has(blobPath(layer.digest)),
    })),
    tags,
    ...(index === undefined ? {} : { origin: { manifest: manifestDocument, index } }),
  };
}

/** The images of the top descriptors, those of an index together, under the names that the descriptors give. */
async function planTop(
  archive: Archive,
  descriptor: Descriptor,
  tags: readonly Reference[],
  wanted: { readonly machine: ImagePlatform; readonly only?: ImagePlatform },
): Promise<PlannedImage | undefined> {
  const { machine, only } = wanted;
  const all = await imagesBelow(archive, descriptor);
  const isWanted = ({ platform }: Found): boolean =>
    only === undefined || platform === undefined || isPlatform(platform, only);
  const images: PlannedImage[] = [];
  const isIndex = indexTypes.includes(descriptor.mediaType);
  const { digest, mediaType } = descriptor;
  const index = isIndex
    ? { digest, mediaType, bytes: await document(archive, descriptor, documentLimits.manifest) }
    : undefined;
  for (const found of inOrder(all.filter(isWanted), machine))
    images.push(await plannedImage(archive, found, index, images.length === 0 ? tags : []));
  const [first, ...others] = images;
  return first === undefined || others.length === 0 ? first : { ...first, others };
}

/** Whether one name of the archive stands for several images that are in it. */
export async function hasSeveralPlatforms(archive: Archive): Promise<boolean> {
  if (!isOciLayout(archive)) return false;
  for (const descriptor of await topOf(archive)) {
    if (!indexTypes.includes(descriptor.mediaType)) continue;
    if ((await imagesBelow(archive, descriptor)).length > 1) return true;
  }
  return false;
}

async function topOf(archive: Archive): Promise<Descriptor[]> {
  const top = parseManifest(await archive.file(INDEX).bytes(documentLimits.manifest), '');
  if (top.kind !== 'index') throw invalid('invalid index.json: not an index');
  return top.index.manifests.filter(isImageDescriptor);
}

/**
 * An OCI image layout. An index is loaded with all platforms that the archive has, so that its digest stays.
 * @param wanted `only`: this platform alone; it is an error when none is left
 */
export async function planOciLayout(
  archive: Archive,
  wanted: { readonly machine: ImagePlatform; readonly only?: ImagePlatform },
): Promise<PlannedImage[]> {
  const tops = await topOf(archive);
  const tags = new Map<Digest, { descriptor: Descriptor; names: Reference[] }>();
  for (const descriptor of tops) {
    const known = tags.get(descriptor.digest) ?? { descriptor, names: [] };
    const name = nameOf(descriptor);
    if (name !== undefined) known.names.push(name);
    tags.set(descriptor.digest, known);
  }
  const planned: PlannedImage[] = [];
  for (const { descriptor, names } of tags.values()) {
    const image = await planTop(archive, descriptor, names, wanted);
    if (image !== undefined) planned.push(image);
  }
  if (planned.length === 0 && tops.length > 0)
    throw (wanted.only === undefined ? invalid : notFound)(
      `the archive holds no image for ${showPlatform(wanted.only ?? wanted.machine)}`,
    );
  return planned;
}
