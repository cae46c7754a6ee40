import { invalid } from '../../../errors/minke-error.ts';
import { parseReference, type Reference, withDefaultTag } from '../../../kit/reference/reference.ts';
import { type Digest, hexOf, sha256 } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import {
  type Descriptor,
  documentLimits,
  type Index,
  type Manifest,
  mediaTypes,
} from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';
import type { Archive, ArchiveFile } from './archive.ts';
import type { PlannedImage } from './plan.ts';

const INDEX = 'index.json';
const MAX_DEPTH = 4;

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

const isImage = (descriptor: Descriptor): boolean =>
  descriptor.annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest' &&
  [mediaTypes.ociManifest, mediaTypes.dockerManifest, mediaTypes.ociIndex, mediaTypes.dockerIndex].some(
    (type) => type === descriptor.mediaType,
  );

/** Of an image for several platforms, the one for this machine. */
function choose({ manifests }: Index, platform: ImagePlatform): Descriptor | undefined {
  const images = manifests.filter(isImage);
  const fitting = images.filter(
    ({ platform: other }) => other?.os === platform.os && other.architecture === platform.architecture,
  );
  const exact = fitting.find(({ platform: other }) => other?.variant === platform.variant);
  return exact ?? fitting[0] ?? images.find(({ platform: other }) => other === undefined || other === null);
}

async function imageManifest(
  archive: Archive,
  descriptor: Descriptor,
  platform: ImagePlatform,
  depth = 0,
): Promise<Manifest | undefined> {
  if (depth > MAX_DEPTH) throw invalid('invalid archive: indexes within indexes within indexes');
  const bytes = await document(archive, descriptor, documentLimits.manifest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest') return parsed.manifest;
  const chosen = choose(parsed.index, platform);
  return chosen === undefined ? undefined : imageManifest(archive, chosen, platform, depth + 1);
}

/** An OCI image layout. Images for other platforms only are left out; it is an error when none is left. */
export async function planOciLayout(archive: Archive, platform: ImagePlatform): Promise<PlannedImage[]> {
  const top = parseManifest(await archive.file(INDEX).bytes(documentLimits.manifest), '');
  if (top.kind !== 'index') throw invalid('invalid index.json: not an index');
  const byConfig = new Map<Digest, PlannedImage>();
  const named = top.index.manifests.filter(isImage);
  for (const descriptor of named) {
    const manifest = await imageManifest(archive, descriptor, platform);
    if (manifest === undefined) continue;
    const name = nameOf(descriptor);
    const tags = [
      ...(byConfig.get(manifest.config.digest)?.tags ?? []),
      ...(name === undefined ? [] : [name]),
    ];
    byConfig.set(manifest.config.digest, {
      config: await document(archive, manifest.config, documentLimits.config),
      layers: manifest.layers.map((layer) => ({ file: () => blob(archive, layer), digest: layer.digest })),
      tags,
    });
  }
  if (byConfig.size === 0 && named.length > 0) {
    throw invalid(`the archive holds no image for ${platform.os}/${platform.architecture}`);
  }
  return [...byConfig.values()];
}
