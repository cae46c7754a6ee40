import { createHash } from 'node:crypto';
import { KeyedLock } from '../../kit/lock/keyed-lock.ts';
import { type Digest, isDigest, sha256 } from '../../wire/digest.ts';
import { mediaTypes } from '../../wire/oci-image.ts';
import { RegistryError } from '../errors.ts';
import { type Reference, type RepositoryName, showReference, type TagName } from '../names.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import type { Blobs } from './blobs.ts';
import { digestsIn, readLink, writeLink } from './links.ts';
import { type ManifestFacts, manifestLimit, readManifest } from './manifest-document.ts';
import { paths } from './paths.ts';
import type { Referrers } from './referrers.ts';
import type { Repositories } from './repositories.ts';
import type { Tags } from './tags.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface ManifestToPut {
  readonly bytes: Buffer;
  /** Of the request, without parameters; '' where there was none. */
  readonly contentType: string;
  /** The digest it must have; null: whatever it has. */
  readonly digest: Digest | null;
  readonly tags: readonly TagName[];
  /** Whether a tag may be taken from another manifest. */
  readonly mayOverwrite: boolean;
  /** Whether what it names must be there. Not for a cache, which fetches that when somebody asks. */
  readonly complete: boolean;
}

export interface PutManifest {
  readonly digest: Digest;
  readonly facts: ManifestFacts;
}

const digestOf = (bytes: Uint8Array, like: Digest | null): Digest => {
  if (!like?.startsWith('sha512:')) return sha256(bytes);
  const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
  if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', 'unsupported digest');
  return digest;
};

/** Manifests of repositories, under one lock a repository for those who change them. */
export class Manifests {
  readonly #storage: RegistryStorage;
  readonly #blobs: Blobs;
  readonly #tags: Tags;
  readonly #referrers: Referrers;
  readonly #repositories: Repositories;
  readonly #locks = new KeyedLock();

  constructor(
    storage: RegistryStorage,
    parts: { blobs: Blobs; tags: Tags; referrers: Referrers; repositories: Repositories },
  ) {
    this.#storage = storage;
    this.#blobs = parts.blobs;
    this.#tags = parts.tags;
    this.#referrers = parts.referrers;
    this.#repositories = parts.repositories;
  }

  /** @throws MANIFEST_UNKNOWN, NAME_UNKNOWN */
  async #unknown(name: RepositoryName, reference: Reference): Promise<never> {
    if (!(await this.#repositories.has(name))) {
      throw new RegistryError('NAME_UNKNOWN', 'repository name not known to registry', { detail: { name } });
    }
    throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', {
      detail: { reference: showReference(reference) },
    });
  }

  /** The digest that a reference means in a repository that has that manifest; null where it has not. */
  async resolve(name: RepositoryName, reference: Reference): Promise<Digest | null> {
    const digest = 'tag' in reference ? await this.#tags.resolve(name, reference.tag) : reference.digest;
    if (digest === null) return null;
    return readLink(this.#storage, paths.revision(name, digest));
  }

  async find(name: RepositoryName, reference: Reference): Promise<StoredManifest | null> {
    const digest = await this.resolve(name, reference);
    const bytes = digest === null ? null : await this.#storage.read(paths.blob(digest), manifestLimit);
    if (digest === null || bytes === null) return null;
    return { digest, bytes, mediaType: mediaTypeOf(bytes) };
  }

  /** @throws MANIFEST_UNKNOWN, NAME_UNKNOWN */
  async get(name: RepositoryName, reference: Reference): Promise<StoredManifest> {
    return (await this.find(name, reference)) ?? (await this.#unknown(name, reference));
  }

  /**
   * @throws MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, SIZE_INVALID, DIGEST_INVALID; DENIED where a tag would be taken
   *   from another manifest and may not
   */
  async put(name: RepositoryName, manifest: ManifestToPut): Promise<PutManifest> {
    const { bytes } = manifest;
    const digest = digestOf(bytes, manifest.digest);
    if (manifest.digest !== null && manifest.digest !== digest) {
      throw new RegistryError('DIGEST_INVALID', `the manifest's digest is ${digest}`, { detail: { digest } });
    }
    const facts = readManifest(bytes, manifest.contentType);
    await this.#locks.run(name, async () => {
      if (!manifest.mayOverwrite) await this.#refuseOverwriting(name, manifest.tags, digest);
      if (manifest.complete) await this.#checkComplete(name, facts);
      await this.#blobs.keepManifest(digest, bytes);
      if (facts.subject !== null) {
        await this.#referrers.add(name, facts.subject, {
          mediaType: facts.mediaType,
          digest,
          size: bytes.length,
          ...(facts.artifactType === null ? {} : { artifactType: facts.artifactType }),
          ...(Object.keys(facts.annotations).length === 0 ? {} : { annotations: facts.annotations }),
        });
      }
      await writeLink(this.#storage, paths.revision(name, digest), digest);
      for (const tag of manifest.tags) await this.#tags.set(name, tag, digest);
    });
    await this.#repositories.add(name);
    return { digest, facts };
  }

  async #refuseOverwriting(name: RepositoryName, tags: readonly TagName[], digest: Digest): Promise<void> {
    for (const tag of tags) {
      const current = await this.#tags.resolve(name, tag);
      if (current !== null && current !== digest) {
        throw new RegistryError('DENIED', `tag ${tag} is there already and may not be changed`, {
          detail: { tag },
        });
      }
    }
  }

  async #checkComplete(name: RepositoryName, facts: ManifestFacts): Promise<void> {
    const missing = new Set<Digest>();
    for (const { digest, size } of facts.blobs) {
      const blob = await this.#blobs.stat(name, digest);
      if (blob === null) missing.add(digest);
      else if (blob.size !== size) {
        throw new RegistryError('SIZE_INVALID', `blob ${digest} has ${blob.size} bytes, not ${size}`);
      }
    }
    for (const { digest } of facts.manifests) {
      if ((await this.resolve(name, { digest })) === null) missing.add(digest);
    }
    if (missing.size > 0) {
      throw new RegistryError('MANIFEST_BLOB_UNKNOWN', 'manifest references blobs that are not here', {
        detail: [...missing].slice(0, 20),
      });
    }
  }

  /** Takes the manifest and every tag that means it from the repository. @throws MANIFEST_UNKNOWN */
  async remove(name: RepositoryName, digest: Digest): Promise<void> {
    const found = await this.#locks.run(name, async () => {
      const manifest = await this.find(name, { digest });
      for (const tag of await this.#tags.list(name)) {
        if ((await this.#tags.resolve(name, tag)) === digest) await this.#tags.remove(name, tag);
      }
      const removed = await this.#storage.remove(paths.revision(name, digest));
      const subject = manifest === null ? null : subjectOf(manifest);
      if (subject !== null) await this.#referrers.remove(name, subject, digest);
      return removed;
    });
    if (!found) await this.#unknown(name, { digest });
    await this.#repositories.dropIfEmpty(name);
  }

  /** Takes away a tag; what it meant stays, under its digest. @throws MANIFEST_UNKNOWN */
  async untag(name: RepositoryName, tag: TagName): Promise<void> {
    const found = await this.#locks.run(name, () => this.#tags.remove(name, tag));
    if (!found) await this.#unknown(name, { tag });
    await this.#repositories.dropIfEmpty(name);
  }

  /** Removes it unless a tag means it or it was written after `time`; whether it did. */
  async removeIfUntagged(name: RepositoryName, digest: Digest, time: number): Promise<boolean> {
    const link = await this.#storage.stat(paths.revision(name, digest));
    if (link === null || link.modified > time) return false;
    for (const record of await this.#tags.records(name)) if (record.digest === digest) return false;
    await this.remove(name, digest);
    return true;
  }

  /** All of a repository. */
  revisions(name: RepositoryName): Promise<Digest[]> {
    return digestsIn(this.#storage, (algorithm) => paths.revisions(name, algorithm));
  }
}

/** What the document says it is; else by what it holds, as other registries do that do not keep it beside. */
function mediaTypeOf(bytes: Buffer): string {
  try {
    const json: unknown = JSON.parse(bytes.toString());
    if (typeof json !== 'object' || json === null) return 'application/json';
    if ('mediaType' in json && typeof json.mediaType === 'string' && json.mediaType !== '') {
      // It goes into a header.
      return /^[\w.+/-]{1,255}$/.test(json.mediaType) ? json.mediaType : 'application/json';
    }
    if ('manifests' in json) return mediaTypes.ociIndex;
    if ('fsLayers' in json) return 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    return mediaTypes.ociManifest;
  } catch {
    return 'application/json';
  }
}

/** What a stored manifest is about; null where it is about nothing, or can't be read. */
export function subjectOf(manifest: StoredManifest): Digest | null {
  try {
    return readManifest(manifest.bytes, '').subject;
  } catch {
    return null;
  }
}
