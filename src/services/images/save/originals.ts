/** Images of a name that has several platforms, with the documents and blobs by which they came. */
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { internal, invalid } from '../../../errors/minke-error.ts';
import type { ArchiveIndex, ArchiveLayer } from '../../../kit/image-archive/write.ts';
import type { Reference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { documentLimits, type Manifest } from '../../../wire/oci-image.ts';
import { anonymous } from '../../../wire/registry/auth-header.ts';
import type { ImageEntry } from '../catalog.ts';
import type { IndexDocument } from '../manifests/target.ts';
import type { ImageParts } from '../parts.ts';
import { platformOf } from '../platform/of-image.ts';
import { BlobGone, type BlobSource, blobSource } from '../push/blob-source.ts';

export interface Originals {
  readonly archive: ArchiveIndex;
  /** To be called when the archive has been written. */
  close(): Promise<void>;
}

function nothing(digest: Digest): never {
  throw internal(`layer ${digest} is left out of the archive`);
}

async function manifestOf(
  parts: ImageParts,
  { id, record }: ImageEntry,
  { digest }: IndexDocument,
): Promise<{ bytes: Buffer; mediaType: string; manifest: Manifest }> {
  const kept = record.manifests?.find(({ index }) => index === digest);
  const bytes = kept && (await parts.blobs.store.read(kept.digest, documentLimits.manifest));
  if (!kept || !bytes) throw new BlobGone(kept?.digest ?? id);
  const parsed = parseManifest(bytes, kept.mediaType);
  if (parsed.kind !== 'manifest') throw invalid(`${kept.digest} is no manifest`);
  return { bytes, mediaType: kept.mediaType, manifest: parsed.manifest };
}

/**
 * Everything that the archive needs, at hand: what is not here in its first form is made or fetched first. Undefined
 * where a blob can't be had as the manifests name it.
 * @param options.absent layers that the reader has: named and left out
 */
export async function originals(
  parts: ImageParts,
  entries: readonly ImageEntry[],
  index: IndexDocument,
  tags: readonly Reference[],
  { absent, signal }: { readonly absent: ReadonlySet<ChainId>; readonly signal: AbortSignal },
): Promise<Originals | undefined> {
  const sources: BlobSource[] = [];
  const close = async (): Promise<void> => {
    for (const source of sources) await source.close();
  };
  const origin = {
    parts,
    domain: '',
    rules: { attempts: parts.limits().attempts, wait: parts.wait, signal },
    enter: () => anonymous,
  };
  try {
    const images: ArchiveIndex['images'][number][] = [];
    for (const entry of entries) {
      const { bytes, mediaType, manifest } = await manifestOf(parts, entry, index);
      const config = await parts.catalog.config(entry.id);
      if (config === null) throw internal(`the config of image ${entry.id} is missing`);
      const layers: ArchiveLayer[] = [];
      for (const [i, wanted] of manifest.layers.entries()) {
        const [chainId, diffId] = [entry.chain[i], entry.config.rootfs.diff_ids[i]];
        if (chainId === undefined || diffId === undefined)
          throw internal(`image ${entry.id} has fewer layers than its manifest`);
        const { digest, size } = wanted;
        const blob = { digest, mediaType: wanted.mediaType };
        if (absent.has(chainId)) {
          layers.push({ diffId, size, blob, absent: true, open: () => nothing(digest) });
          continue;
        }
        const known = parts.sources.of(diffId).find((blob) => blob.digest === digest);
        const source = await blobSource(origin, { chainId, diffId, wanted }, [
          known ?? { digest, size, mediaType: wanted.mediaType, repositories: [] },
        ]);
        sources.push(source);
        layers.push({ diffId, size: source.layer.size, blob, open: () => source.open(0) });
      }
      images.push({
        config,
        layers,
        tags: [],
        platform: platformOf(entry),
        manifest: { bytes, mediaType },
      });
    }
    return { archive: { images, tags, index: { bytes: index.bytes, mediaType: index.mediaType } }, close };
  } catch (error) {
    await close();
    if (!(error instanceof BlobGone)) throw error;
    parts.log.info('images are saved with new digests', { index: index.digest, why: error.message });
    return undefined;
  }
}
