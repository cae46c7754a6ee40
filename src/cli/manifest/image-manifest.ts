/** An image's manifest as a local list of manifests keeps it; the files are docker's. */
import * as v from 'valibot';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { compactJson, indentJson } from '../../kit/json/go-text.ts';
import { parseReference, type Reference, referenceString } from '../../kit/reference/reference.ts';
import { type Digest, sha256, sha512 } from '../../wire/digest.ts';
import { parseManifest } from '../../wire/oci-document.ts';
import { DigestSchema, type Manifest, mediaTypes } from '../../wire/oci-image.ts';

const text = v.nullish(v.string(), '');

/** Go's members have no order of their own, ours have: that of the struct that docker writes. */
export const PlatformSchema = v.object({
  architecture: text,
  os: text,
  'os.version': text,
  'os.features': v.nullish(v.array(v.string()), []),
  variant: text,
});
export type ManifestPlatform = v.InferOutput<typeof PlatformSchema>;

export interface ManifestDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform: ManifestPlatform | undefined;
}

export interface ImageManifest {
  /** With domain; where it came from. */
  readonly ref: Reference;
  readonly descriptor: ManifestDescriptor;
  /** As the registry has it. */
  readonly raw: Buffer;
}

const FileSchema = v.object({
  Ref: v.string(),
  Descriptor: v.object({
    mediaType: v.string(),
    digest: DigestSchema,
    size: v.number(),
    platform: v.nullish(PlatformSchema),
  }),
  Raw: v.nullish(v.string()),
  SchemaV2Manifest: v.nullish(v.record(v.string(), v.unknown())),
  OCIManifest: v.nullish(v.record(v.string(), v.unknown())),
});

const digestOf = (like: Digest, bytes: Buffer): Digest =>
  (like.startsWith('sha512:') ? sha512 : sha256)(bytes);

/** Before it kept the bytes, docker made them again by the indentation that it used to push with. */
function rawOf(file: v.InferOutput<typeof FileSchema>): Buffer {
  if (file.Raw) return Buffer.from(file.Raw, 'base64');
  const indent = file.SchemaV2Manifest ? '   ' : '  ';
  return Buffer.from(JSON.stringify(file.SchemaV2Manifest ?? file.OCIManifest, null, indent));
}

/** @throws invalid for what is no such file */
export function parseManifestFile(content: string, path: string): ImageManifest {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw invalid(`invalid manifest file ${path}: ${messageOf(error)}`);
  }
  const parsed = v.safeParse(FileSchema, json);
  if (!parsed.success) throw invalid(`invalid manifest file ${path}: ${v.getDotPath(parsed.issues[0])}`);
  const { Ref, Descriptor } = parsed.output;
  const raw = rawOf(parsed.output);
  const { mediaType, digest, size, platform } = Descriptor;
  return {
    ref: parseReference(Ref),
    descriptor: { mediaType, digest, size, platform: platform ?? undefined },
    raw,
  };
}

/** Fields in docker's order, those left out that say nothing. */
export const platformFields = (platform: ManifestPlatform): Record<string, unknown> => ({
  architecture: platform.architecture,
  os: platform.os,
  ...(platform['os.version'] === '' ? {} : { 'os.version': platform['os.version'] }),
  ...(platform['os.features'].length === 0 ? {} : { 'os.features': platform['os.features'] }),
  ...(platform.variant === '' ? {} : { variant: platform.variant }),
});

/** One line of JSON. */
export function manifestText({ ref, descriptor, raw }: ImageManifest): string {
  const { mediaType, digest, size, platform } = descriptor;
  const member = mediaType === mediaTypes.ociManifest ? 'OCIManifest' : 'SchemaV2Manifest';
  const shown = {
    mediaType,
    digest,
    size,
    ...(platform === undefined ? {} : { platform: platformFields(platform) }),
  };
  const head = JSON.stringify({
    Ref: referenceString(ref),
    Descriptor: shown,
    Raw: raw.toString('base64'),
  });
  return compactJson(`${head.slice(0, -1)},"${member}":${raw.toString()}}`);
}

/** With everything that is known of it. */
export const verboseText = (manifest: ImageManifest): string => indentJson(manifestText(manifest), '\t');

export const verboseListText = (manifests: readonly ImageManifest[]): string =>
  indentJson(`[${manifests.map(manifestText).join(',')}]`, '\t');

/** The manifest alone; what is kept has lost the white space behind its end, as in docker's files. */
export const plainText = ({ raw }: ImageManifest, isKept: boolean): string =>
  indentJson(isKept ? compactJson(raw.toString()) : raw.toString(), '\t');

/** @throws where the bytes are not those of the digest, or no manifest */
export function documentOf({ ref, descriptor, raw }: ImageManifest): Manifest {
  const actual = digestOf(descriptor.digest, raw);
  if (actual !== descriptor.digest)
    throw invalid(
      `internal digest mismatch for ${referenceString(ref)}: expected ${descriptor.digest}, got ${actual}`,
    );
  const parsed = parseManifest(raw, descriptor.mediaType);
  if (parsed.kind !== 'manifest') throw invalid(`${referenceString(ref)} has no payload`);
  return parsed.manifest;
}
