/**
 * Image configs, manifests and indexes: OCI image-spec 1.1 and Docker image-spec 1.2, manifest schema 2.
 * Untrusted input: only the fields named here are read (so an image can't bring security options), and unknown
 * ones are kept only in the stored bytes.
 */
import * as v from 'valibot';
import { type Digest, isDigest } from './digest.ts';
import { mapOf } from './json/map-of.ts';

export const DigestSchema = v.custom<Digest>(
  (input) => typeof input === 'string' && isDigest(input),
  'invalid digest format',
);

// Go writes absent lists and maps as null.
const strings = v.nullish(v.array(v.string()));
const stringMap = mapOf(v.string());
/** Sets as Go writes them: names with empty objects. */
const nameSet = v.nullish(mapOf(v.object({})));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Nanoseconds. */
const duration = v.nullish(v.pipe(v.number(), v.integer()));
/** RFC 3339, as Go's time.Time reads and writes it. */
const time = v.nullish(
  v.pipe(
    v.string(),
    v.regex(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)$/,
      'not a time as in RFC 3339',
    ),
    v.check((text) => !Number.isNaN(Date.parse(text)), 'not a time as in RFC 3339'),
  ),
);

export const HealthcheckSchema = v.object({
  Test: strings,
  Interval: duration,
  Timeout: duration,
  StartPeriod: duration,
  StartInterval: duration,
  Retries: v.nullish(v.pipe(v.number(), v.safeInteger())),
});

export const ImageRunConfigSchema = v.object({
  User: v.nullish(v.string()),
  ExposedPorts: nameSet,
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  Volumes: nameSet,
  WorkingDir: v.nullish(v.string()),
  Labels: v.nullish(stringMap),
  StopSignal: v.nullish(v.string()),
  Healthcheck: v.nullish(HealthcheckSchema),
  OnBuild: strings,
  Shell: strings,
  ArgsEscaped: v.nullish(v.boolean()),
});

export const HistorySchema = v.object({
  created: time,
  created_by: v.nullish(v.string()),
  author: v.nullish(v.string()),
  comment: v.nullish(v.string()),
  empty_layer: v.nullish(v.boolean()),
});

export const ImageConfigSchema = v.object({
  created: time,
  author: v.nullish(v.string()),
  comment: v.nullish(v.string()),
  docker_version: v.nullish(v.string()),
  /** Of the container that the last layer was made in, where a builder wrote it down; shown only, never used. */
  container: v.nullish(v.string()),
  container_config: v.nullish(v.record(v.string(), v.unknown())),
  architecture: v.pipe(v.string(), v.minLength(1)),
  variant: v.nullish(v.string()),
  os: v.pipe(v.string(), v.minLength(1)),
  'os.version': v.nullish(v.string()),
  'os.features': strings,
  config: v.nullish(ImageRunConfigSchema),
  rootfs: v.object({
    type: v.literal('layers'),
    diff_ids: v.nullish(v.array(DigestSchema), []),
  }),
  history: v.nullish(v.array(HistorySchema)),
});

export type Healthcheck = v.InferOutput<typeof HealthcheckSchema>;
export type ImageRunConfig = v.InferOutput<typeof ImageRunConfigSchema>;
export type ImageConfig = v.InferOutput<typeof ImageConfigSchema>;
export type ImageHistory = v.InferOutput<typeof HistorySchema>;

const PlatformSchema = v.object({
  architecture: v.string(),
  os: v.string(),
  'os.version': v.optional(v.string()),
  'os.features': strings,
  variant: v.optional(v.string()),
});

export const DescriptorSchema = v.object({
  mediaType: v.string(),
  digest: DigestSchema,
  size,
  urls: strings,
  annotations: v.nullish(stringMap),
  artifactType: v.optional(v.string()),
  platform: v.nullish(PlatformSchema),
});
export type Descriptor = v.InferOutput<typeof DescriptorSchema>;

export const ManifestSchema = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.string()),
  artifactType: v.optional(v.string()),
  config: DescriptorSchema,
  layers: v.array(DescriptorSchema),
  subject: v.nullish(DescriptorSchema),
  annotations: v.nullish(stringMap),
});
export type Manifest = v.InferOutput<typeof ManifestSchema>;

export const IndexSchema = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.string()),
  artifactType: v.optional(v.string()),
  manifests: v.array(DescriptorSchema),
  subject: v.nullish(DescriptorSchema),
  annotations: v.nullish(stringMap),
});
export type Index = v.InferOutput<typeof IndexSchema>;

/** `manifest.json` of a docker-archive: one item an image, paths inside the archive. */
export const ArchiveManifestSchema = v.array(
  v.object({
    Config: v.string(),
    RepoTags: strings,
    Layers: strings,
    Parent: v.nullish(v.string()),
  }),
);
export type ArchiveManifest = v.InferOutput<typeof ArchiveManifestSchema>;

export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  // Not to be distributed, once; now a registry has them like others, or not at all.
  ociForeignLayer: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
  ociForeignLayerGzip: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  ociForeignLayerZstd: 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  dockerForeignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
} as const;

/** Manifests of the first kind: signed, and bound to their layers by history alone. */
export const isSchema1 = (mediaType: string): boolean =>
  /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/.test(mediaType);

/** What a registry is asked for, best first. */
export const manifestAccept: readonly string[] = [
  mediaTypes.ociIndex,
  mediaTypes.dockerIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerManifest,
];

/** Most bytes that we read of each document. */
export const documentLimits = { manifest: 4 << 20, config: 8 << 20 } as const;
