/** Bytes of configs, manifests and indexes to typed values. Every failure is `invalid` and says what is wrong. */
import * as v from 'valibot';
import { invalid, messageOf } from '../errors/minke-error.ts';
import { type Digest, sha256 } from './digest.ts';
import {
  type ArchiveManifest,
  ArchiveManifestSchema,
  type ImageConfig,
  ImageConfigSchema,
  type Index,
  IndexSchema,
  type Manifest,
  ManifestSchema,
  mediaTypes,
} from './oci-image.ts';

function parse<T>(what: string, schema: v.GenericSchema<unknown, T>, bytes: Uint8Array): T {
  const result = v.safeParse(schema, parseJson(what, bytes), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw invalid(`invalid ${what}: ${path === null ? '' : `${path}: `}${issue.message}`);
}

function parseJson(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(`invalid ${what}: ${messageOf(error).slice(0, 120)}`);
  }
}

/** A config whose history agrees with its layers, with its digest: the image's id. */
export function parseImageConfig(bytes: Uint8Array): { readonly id: Digest; readonly config: ImageConfig } {
  const config = parse('image config', ImageConfigSchema, bytes);
  const withLayer = (config.history ?? []).filter((step) => step.empty_layer !== true).length;
  if (withLayer > config.rootfs.diff_ids.length) {
    throw invalid('invalid image config: too many non-empty layers in History section');
  }
  return { id: sha256(bytes), config };
}

export type ManifestDocument =
  | { readonly kind: 'manifest'; readonly mediaType: string; readonly manifest: Manifest }
  | { readonly kind: 'index'; readonly mediaType: string; readonly index: Index };

const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];
const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerIndex];

/**
 * A manifest or an index, whichever the document says it is: a document that two readers could read differently is
 * refused (CVE-2021-41190).
 * @param announced media type from the descriptor or the HTTP header, '' where there is none
 */
export function parseManifest(bytes: Uint8Array, announced: string): ManifestDocument {
  const json = parseJson('manifest', bytes);
  if (typeof json !== 'object' || json === null) throw invalid('invalid manifest: not an object');
  const written = 'mediaType' in json && typeof json.mediaType === 'string' ? json.mediaType : '';
  if (written !== '' && announced !== '' && written !== announced) {
    throw invalid(`invalid manifest: media type is ${written}, announced was ${announced}`);
  }
  const hasManifests = 'manifests' in json;
  if (hasManifests && ('layers' in json || 'config' in json || 'fsLayers' in json)) {
    throw invalid('invalid manifest: both an image and an index');
  }
  const mediaType = written || announced || (hasManifests ? mediaTypes.ociIndex : mediaTypes.ociManifest);
  if (!(hasManifests ? indexTypes : manifestTypes).includes(mediaType)) {
    throw invalid(`invalid manifest: media type ${mediaType} is not supported`);
  }
  return hasManifests
    ? { kind: 'index', mediaType, index: parse('index', IndexSchema, bytes) }
    : { kind: 'manifest', mediaType, manifest: parse('manifest', ManifestSchema, bytes) };
}

/** `manifest.json` of a docker-archive. */
export const parseArchiveManifest = (bytes: Uint8Array): ArchiveManifest =>
  parse('manifest.json', ArchiveManifestSchema, bytes);
