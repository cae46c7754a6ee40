/** What refers to an image at its registry: signatures, attestations, lists of parts. */
import { RegistryRefusal } from '../../drivers/remote/contract.ts';
import { internal, MinkeError, messageOf, notFound } from '../../errors/minke-error.ts';
import { familiarString, parseReference, withDefaultTag } from '../../kit/reference/reference.ts';
import type { Digest } from '../../wire/digest.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { ReferrerList } from './contract.ts';
import type { ImageParts } from './parts.ts';

/** @throws not-found where the registry has no such image */
export async function listReferrers(
  { remote }: Pick<ImageParts, 'remote'>,
  name: string,
  credentials: RegistryCredentials,
  signal: AbortSignal,
): Promise<ReferrerList> {
  const ref = withDefaultTag(parseReference(name));
  const repository = remote.open(ref, { actions: 'pull', credentials });
  try {
    const subject: Digest = ref.digest ?? (await repository.manifest(ref.tag ?? '', signal)).digest;
    const { manifests } = await repository.referrers(subject, signal);
    return {
      subject,
      referrers: manifests.map(({ digest, mediaType, size, artifactType, annotations }) => ({
        digest,
        mediaType,
        size,
        artifactType: artifactType ?? '',
        annotations: annotations ?? {},
      })),
    };
  } catch (error) {
    if (error instanceof RegistryRefusal && error.code === 'MANIFEST_UNKNOWN')
      throw notFound(`manifest for ${familiarString(ref)} not found: ${error.message}`, error);
    throw error instanceof MinkeError ? error : internal(messageOf(error), error);
  }
}
