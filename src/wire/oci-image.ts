/**
 * Image configs, manifests and indexes: OCI image-spec 1.1 and Docker image-spec 1.2, manifest schema 2.
 * Untrusted input: only the fields named here are read (so an image can't bring security options), and unknown
 * ones are kept only in the stored bytes.
 */
import * as v from 'valibot';
import { isDigest } from './digest.ts';

export const DigestSchema = v.pipe(
  v.string(),
  v.custom(isDigest as (input: unknown) => boolean, 'invalid digest format'),
);

// Go writes absent lists and maps as null.
const strings = v.nullish(v.array(v.string()));
const emptyObjects = v.nullish(v.record(v.string(), v.looseObject({})));
const nonNegative = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const HealthcheckSchema = v.object({
  Test: strings,
  /** Nanoseconds, as are the other times here. */
  Interval: v.optional(v.number()),
  Timeout: v.optional(v.number()),
  StartPeriod: v.optional(v.number()),
  StartInterval: v.optional(v.number()),
  Retries: v.optional(v.number()),
});

export const ImageRunConfigSchema = v.object({
  User: v.nullish(v.string()),
  ExposedPorts: emptyObjects,
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  Volumes: emptyObjects,
  WorkingDir: v.nullish(v.string()),
  Labels: v.nullish(v.record(v.string(), v.string())),
  StopSignal: v.nullish(v.string()),
  Healthcheck: v.nullish(HealthcheckSchema),
  OnBuild: strings,
  Shell: strings,
  ArgsEscaped: v.nullish(v.boolean()),
});

export const HistorySchema = v.object({
  created: v.nullish(v.string()),
  created_by: v.nullish(v.string()),
  author: v.nullish(v.string()),
  comment: v.nullish(v.string()),
  empty_layer: v.nullish(v.boolean()),
});

export const ImageConfigSchema = v.object({
  created: v.nullish(v.string()),
  author: v.nullish(v.string()),
  architecture: v.pipe(v.string(), v.minLength(1)),
  variant: v.nullish(v.string()),
  os: v.pipe(v.string(), v.minLength(1)),
  'os.version': v.nullish(v.string()),
  config: v.nullish(ImageRunConfigSchema),
  rootfs: v.object({
    type: v.literal('layers'),
    diff_ids: v.pipe(
      v.nullish(v.array(v.string()), []),
      v.transform((ids) => ids ?? []),
    ),
  }),
  history: v.nullish(v.array(HistorySchema)),
});

export type Healthcheck = v.InferOutput<typeof HealthcheckSchema>;
export type ImageRunConfig = v.InferOutput<typeof ImageRunConfigSchema>;
export type ImageConfig = v.InferOutput<typeof ImageConfigSchema>;

export const DescriptorSchema = v.object({
  mediaType: v.string(),
  digest: v.string(),
  size: nonNegative,
  urls: strings,
  annotations: v.nullish(v.record(v.string(), v.string())),
  artifactType: v.optional(v.string()),
  platform: v.nullish(
    v.object({
      architecture: v.string(),
      os: v.string(),
      'os.version': v.optional(v.string()),
      variant: v.optional(v.string()),
    }),
  ),
});
export type Descriptor = v.InferOutput<typeof DescriptorSchema>;
