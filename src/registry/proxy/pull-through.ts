import { isKind, messageOf } from '../../errors/minke-error.ts';
import { KeyedLock } from '../../kit/lock/keyed-lock.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Digest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import { isTagName, type Reference, type RepositoryName, showReference, type TagName } from '../names.ts';
import type { OpenObject } from '../storage/contract.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Manifests } from '../store/manifests.ts';
import type { Uploads } from '../store/uploads.ts';
import type { UpstreamRepository, UpstreamRule } from './contract.ts';
import { passOn } from './pass-on.ts';

export interface PullThroughParts {
  readonly rules: readonly UpstreamRule[];
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly log: Logger;
  /** Ends what is under way when the registry does. */
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

/** Copies of other registries' repositories: what is asked for is fetched once, kept, and answered from here. */
export class PullThrough {
  readonly #parts: PullThroughParts;
  readonly #locks = new KeyedLock();
  /** When a tag was last compared, Unix milliseconds. */
  readonly #compared = new Map<string, number>();
  readonly #fetching = new Map<Digest, Promise<void>>();

  constructor(parts: PullThroughParts) {
    this.#parts = parts;
  }

  #rule(name: RepositoryName): UpstreamRule | undefined {
    return this.#parts.rules
      .filter(({ prefix }) => name.startsWith(prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  }

  covers(name: RepositoryName): boolean {
    return this.#rule(name) !== undefined;
  }

  #upstream(name: RepositoryName): UpstreamRepository | null {
    const rule = this.#rule(name);
    return rule === undefined ? null : rule.open(name.slice(rule.prefix.length));
  }

  /** Sees to it that the manifest is here, and that the tag means what it means there. */
  async bringManifest(name: RepositoryName, reference: Reference): Promise<void> {
    const rule = this.#rule(name);
    const upstream = this.#upstream(name);
    if (rule === undefined || upstream === null) return;
    const shown = showReference(reference);
    await this.#locks.run(`${name}@${shown}`, async () => {
      const here = await this.#parts.manifests.resolve(name, reference);
      if (here !== null && ('digest' in reference || this.#isFresh(rule, name, reference.tag))) return;
      try {
        await this.#fetchManifest(upstream, name, reference, here);
        if ('tag' in reference) this.#remember(name, reference.tag);
      } catch (error) {
        if (isKind(error, 'not-found')) {
          if (here !== null && 'tag' in reference) await this.#parts.manifests.untag(name, reference.tag);
          return;
        }
        if (error instanceof RegistryError) throw error;
        if (here === null) throw unreachable(error);
        this.#parts.log.warn('answered from the copy: the other registry does not', {
          name,
          reference: shown,
          error: messageOf(error),
        });
      }
    });
  }

  async #fetchManifest(
    upstream: UpstreamRepository,
    name: RepositoryName,
    reference: Reference,
    here: Digest | null,
  ): Promise<void> {
    const { signal, manifests } = this.#parts;
    const shown = showReference(reference);
    if (here !== null && (await upstream.describe(shown, signal))?.digest === here) return;
    const { bytes, mediaType } = await upstream.manifest(shown, signal);
    await manifests.put(name, {
      bytes,
      contentType: mediaType,
      digest: 'digest' in reference ? reference.digest : null,
      tags: 'tag' in reference ? [reference.tag] : [],
      mayOverwrite: true,
      complete: false,
    });
  }

  #isFresh(rule: UpstreamRule, name: RepositoryName, tag: TagName): boolean {
    const compared = this.#compared.get(`${name}:${tag}`);
    return compared !== undefined && compared + rule.fresh > this.#now();
  }

  #remember(name: RepositoryName, tag: TagName): void {
    const key = `${name}:${tag}`;
    this.#compared.delete(key);
    this.#compared.set(key, this.#now());
    const [oldest] = this.#compared.keys();
    if (this.#compared.size > 50_000 && oldest !== undefined) this.#compared.delete(oldest);
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }

  /** The other registry's tags; null where this repository is no copy, or the other one does not answer. */
  async tags(name: RepositoryName): Promise<TagName[] | null> {
    const upstream = this.#upstream(name);
    if (upstream === null) return null;
    try {
      return (await upstream.tags(this.#parts.signal)).filter(isTagName).sort();
    } catch (error) {
      this.#parts.log.warn('tags from the copy: the other registry does not answer', {
        name,
        error: messageOf(error),
      });
      return null;
    }
  }

  /** Of a blob that is not here; null where it is not there either. */
  async statBlob(name: RepositoryName, digest: Digest): Promise<{ readonly size: number } | null> {
    const upstream = this.#upstream(name);
    if (upstream === null) return null;
    const size = await upstream.blobSize(digest, this.#parts.signal).catch((error: unknown) => {
      throw unreachable(error);
    });
    return size === null ? null : { size };
  }

  /** A blob to be fetched, kept and handed on at once; null where it is here, or nowhere. */
  async openBlob(name: RepositoryName, digest: Digest): Promise<OpenObject | null> {
    const upstream = this.#upstream(name);
    if (upstream === null) return null;
    // Who comes second waits for the first, and gets the copy.
    await this.#fetching.get(digest)?.catch(() => {});
    if ((await this.#parts.blobs.stat(name, digest)) !== null) return null;
    const found = await this.statBlob(name, digest);
    if (found === null) return null;
    const { size } = found;
    return {
      size,
      modified: 0,
      send: (range, take) => {
        const done = passOn({ ...this.#parts, upstream, name, digest, size, range, take });
        const fetched = done.stored.finally(() => {
          if (this.#fetching.get(digest) === fetched) this.#fetching.delete(digest);
        });
        this.#fetching.set(digest, fetched);
        fetched.catch(() => {});
        return done.sent;
      },
      async close() {},
    };
  }
}

const unreachable = (error: unknown): RegistryError =>
  new RegistryError('UNAVAILABLE', `the other registry does not answer: ${messageOf(error).slice(0, 300)}`, {
    status: 502,
    cause: error,
  });
