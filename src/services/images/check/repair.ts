import { parseReference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ContainerFilesystems } from '../../containers/contract.ts';
import { discardImage } from '../discard.ts';
import { neededBlobs } from '../image-blobs.ts';
import type { ImageParts } from '../parts.ts';
import type { Repair } from './finding.ts';

/**
 * Does what was decided, where it is still right to: the engine has gone on working since the facts were read.
 * Answers why it was not done, null where it was.
 */
export async function repair(
  parts: ImageParts,
  what: Repair,
  containers: () => ContainerFilesystems,
): Promise<string | null> {
  const { catalog, names, layers, blobs, sources, storage } = parts;
  switch (what.do) {
    case 'drop image':
      return dropImage(parts, what);
    case 'drop name':
      await names.dropLost(parseReference(what.name), what.image);
      return null;
    case 'forget manifest':
      await catalog.dropManifest(what.id, what.digest);
      return removeBlob(parts, what.digest);
    case 'remove layers': {
      for (const chainId of what.layers.toReversed()) await layers.collect([chainId]);
      const [bottom] = what.layers;
      return bottom !== undefined && (await layers.exists(bottom)) ? 'something needs it by now' : null;
    }
    case 'remove blob':
      return removeBlob(parts, what.digest);
    case 'forget source': {
      const known = (await storage.layers()).some(({ diffId }) => diffId === what.diffId);
      if (known || sources.of(what.diffId).some(({ digest }) => blobs.pinsOn(digest) > 0))
        return 'something needs it by now';
      await sources.forget(what.diffId);
      return null;
    }
    case 'remove filesystem': {
      const { owned, settled } = containers();
      if (!settled || owned.some(({ id }) => id === what.id)) return 'a container has it by now';
      await storage.remove(what.id);
      return null;
    }
    case 'mend storage':
      await storage.mend(what.fault);
      return null;
    case 'count anew':
      await catalog.exclusively(async () => layers.recount([...catalog.all()].map(({ chain }) => chain)));
      return null;
  }
}

async function dropImage(
  parts: ImageParts,
  { id, chain }: Extract<Repair, { do: 'drop image' }>,
): Promise<string | null> {
  for (const lost of parts.names.lost().filter((name) => name.id === id))
    await parts.names.dropLost(lost.ref, id);
  if (parts.catalog.get(id) !== undefined)
    return (await discardImage(parts, id, { reason: 'damaged' })) ? null : 'a container is made of it by now';
  await parts.catalog.removeBroken(id);
  await parts.layers.collect(chain);
  return null;
}

/** A damaged one goes even where something names it: it is fetched or made again when it is wanted. */
function removeBlob({ catalog, blobs, sources }: ImageParts, digest: Digest): Promise<string | null> {
  return catalog.exclusively(async () => {
    if (blobs.pinsOn(digest) > 0) return 'something needs it by now';
    const isDocument = [...catalog.all()].some(({ id, record }) =>
      [id, ...(record.manifests ?? []).flatMap((kept) => [kept.digest, kept.index])].includes(digest),
    );
    if (isDocument && neededBlobs({ catalog, sources }).has(digest)) return 'an image names it by now';
    await blobs.store.delete(digest);
    return null;
  });
}
