import { type Digest, isDigest } from '../../wire/digest.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import { algorithms } from './paths.ts';

/** A digest of 512 bits with its algorithm, and some room. */
const LIMIT = 256;

/** What a link says; null where there is none or it says nothing that can be used. */
export async function readLink(storage: RegistryStorage, key: string): Promise<Digest | null> {
  const text = (await storage.read(key, LIMIT))?.toString().trim();
  return text !== undefined && isDigest(text) ? text : null;
}

export const writeLink = (storage: RegistryStorage, key: string, digest: Digest): Promise<void> =>
  storage.write(key, Buffer.from(digest));

/** Digests whose folders lie in `<folder of the algorithm>/<hex>`. */
export async function digestsIn(
  storage: RegistryStorage,
  folderOf: (algorithm: (typeof algorithms)[number]) => string,
): Promise<Digest[]> {
  const found: Digest[] = [];
  for (const algorithm of algorithms) {
    for (const { name } of await storage.list(folderOf(algorithm))) {
      const digest = `${algorithm}:${name}`;
      if (isDigest(digest)) found.push(digest);
    }
  }
  return found;
}
