/** What a registry has, without pulling it. */
import type { Repository } from '../../drivers/remote/contract.ts';
import { internal, isKind, MinkeError, messageOf } from '../../errors/minke-error.ts';
import { parseReference, withDefaultTag } from '../../kit/reference/reference.ts';
import type { DistributionInspect, OCIPlatform } from '../../wire/generated/engine-api.ts';
import { parseManifest } from '../../wire/oci-document.ts';
import type { ImageConfig, Index } from '../../wire/oci-image.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { ImageParts } from './parts.ts';
import { fetchConfig } from './pull/config.ts';

function platformOf(config: Pick<ImageConfig, 'architecture' | 'os' | 'variant'>): OCIPlatform {
  const { architecture, os, variant } = config;
  return { architecture, os, ...(variant ? { variant } : {}) };
}

const platformsOf = ({ manifests }: Index): OCIPlatform[] =>
  manifests.flatMap(({ platform }) =>
    platform ? [platformOf({ ...platform, variant: platform.variant ?? null })] : [],
  );

async function describe(
  parts: ImageParts,
  repository: Repository,
  reference: string,
  signal: AbortSignal,
): Promise<DistributionInspect> {
  const found = await repository.manifest(reference, signal);
  const parsed = parseManifest(found.bytes, found.mediaType);
  const rules = { attempts: 1, wait: parts.wait, signal };
  return {
    Descriptor: { mediaType: parsed.mediaType, digest: found.digest, size: found.size },
    Platforms:
      parsed.kind === 'index'
        ? platformsOf(parsed.index)
        : // What is no image has no platform.
          await fetchConfig(parts, repository, parsed.manifest, rules).then(
            ({ config }) => [platformOf(config)],
            (error: unknown) => (isKind(error, 'invalid') ? [] : Promise.reject(error)),
          ),
  };
}

export async function inspectDistribution(
  parts: ImageParts,
  name: string,
  credentials: RegistryCredentials,
  signal: AbortSignal,
): Promise<DistributionInspect> {
  const ref = withDefaultTag(parseReference(name));
  const repository = parts.remote.open(ref, { actions: 'pull', credentials });
  try {
    return await describe(parts, repository, ref.digest ?? ref.tag ?? '', signal);
  } catch (error) {
    throw error instanceof MinkeError ? error : internal(messageOf(error), error);
  }
}
