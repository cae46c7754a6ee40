/** What an index or an image has beside images (attestations, signatures, lists of parts), from registry to registry. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../../drivers/remote/contract.ts';
import { invalid } from '../../../errors/minke-error.ts';
import type { Digest } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import type { PushTarget } from './layer-job.ts';

const MAX_DEPTH = 3;

/** A repository to copy from. */
export interface CopySource {
  readonly repository: Repository;
  readonly domain: string;
  readonly path: string;
}

async function copyBlob(from: CopySource, target: PushTarget, { digest, size }: Descriptor): Promise<void> {
  const { parts, repository, domain, rules } = target;
  const { signal } = rules;
  if ((await repository.blobSize(digest, signal)) !== null) return;
  if (from.domain === domain && (await repository.mount(digest, from.path, signal).catch(() => false)))
    return;
  const { stream } = await from.repository.blob(digest, 0, signal);
  const scratch = await parts.scratch.create();
  try {
    const hash = createHash(digest.startsWith('sha512:') ? 'sha512' : 'sha256');
    for await (const chunk of stream) {
      signal.throwIfAborted();
      if (scratch.size + chunk.length > size)
        throw invalid(`blob ${digest} is longer than its ${size} bytes`);
      hash.update(chunk);
      await scratch.append(chunk);
    }
    const actual = hash.digest('hex');
    if (!digest.endsWith(`:${actual}`)) throw invalid(`blob ${digest} came with another digest: ${actual}`);
    const open = (offset: number) => scratch.read(offset, scratch.size - offset);
    await repository.upload({ digest, size, open }, () => {}, signal);
  } finally {
    stream.destroy();
    await scratch.close();
  }
}

/**
 * Copies a manifest and all that it names. Not in it: what it refers to (its subject).
 * @throws what the registries refuse
 */
export async function copyManifest(
  from: CopySource,
  target: PushTarget,
  digest: Digest,
  depth = 0,
): Promise<void> {
  if (depth > MAX_DEPTH) throw invalid('invalid manifest: indexes within indexes within indexes');
  const { signal } = target.rules;
  const found = await from.repository.manifest(digest, signal);
  const parsed = parseManifest(found.bytes, found.mediaType);
  if (parsed.kind === 'index')
    for (const child of parsed.index.manifests) await copyManifest(from, target, child.digest, depth + 1);
  else
    for (const blob of [parsed.manifest.config, ...parsed.manifest.layers])
      await copyBlob(from, target, blob);
  await target.repository.putManifest(digest, { mediaType: parsed.mediaType, bytes: found.bytes }, signal);
}
