import type { Digest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import type { RepositoryName } from '../names.ts';
import { matchesAny } from '../patterns.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Repositories } from '../store/repositories.ts';
import type { Admit } from '../store/uploads.ts';

/** Repositories that share so much room; a blob that several of them have counts once. */
export interface QuotaRule {
  readonly repositories: readonly string[];
  readonly bytes: number;
}

interface Usage {
  readonly sizes: Map<Digest, number>;
  bytes: number;
}

/** Keeps repositories within their room. Counted when first asked for, then kept up; counted anew after a removal. */
export class Quotas {
  readonly #rules: readonly QuotaRule[];
  readonly #blobs: Blobs;
  readonly #repositories: Repositories;
  readonly #usages = new Map<QuotaRule, Promise<Usage>>();

  constructor(rules: readonly QuotaRule[], parts: { blobs: Blobs; repositories: Repositories }) {
    this.#rules = rules;
    this.#blobs = parts.blobs;
    this.#repositories = parts.repositories;
  }

  #rulesOf(name: RepositoryName): readonly QuotaRule[] {
    return this.#rules.filter((rule) => matchesAny(rule.repositories, name));
  }

  #usage(rule: QuotaRule): Promise<Usage> {
    const known = this.#usages.get(rule);
    if (known !== undefined) return known;
    const counted = this.#count(rule);
    this.#usages.set(rule, counted);
    counted.catch(() => this.#usages.delete(rule));
    return counted;
  }

  async #count(rule: QuotaRule): Promise<Usage> {
    const sizes = new Map<Digest, number>();
    for (const name of await this.#repositories.list()) {
      if (!matchesAny(rule.repositories, name)) continue;
      for (const digest of await this.#blobs.linked(name)) {
        if (sizes.has(digest)) continue;
        sizes.set(digest, (await this.#blobs.sizeOf(digest)) ?? 0);
      }
    }
    return { sizes, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
  }

  /**
   * A function that throws DENIED for a size that does not fit any more.
   * @param digest where it is known: what is counted already needs no room
   */
  async admit(name: RepositoryName, digest?: Digest): Promise<Admit> {
    const rooms = await Promise.all(
      this.#rulesOf(name).map(async (rule) => ({ rule, usage: await this.#usage(rule) })),
    );
    return (size) => {
      for (const { rule, usage } of rooms) {
        if (digest !== undefined && usage.sizes.has(digest)) continue;
        if (usage.bytes + size > rule.bytes) {
          throw new RegistryError(
            'DENIED',
            `the quota of ${rule.repositories.join(', ')} is ${rule.bytes} bytes, ${usage.bytes} are used`,
            { detail: { limit: rule.bytes, used: usage.bytes } },
          );
        }
      }
    };
  }

  /** A blob has come to a repository. */
  added(name: RepositoryName, digest: Digest, size: number): void {
    for (const rule of this.#rulesOf(name)) {
      this.#usages.get(rule)?.then(
        (usage) => {
          if (usage.sizes.has(digest)) return;
          usage.sizes.set(digest, size);
          usage.bytes += size;
        },
        () => {},
      );
    }
  }

  /** Blobs went from a repository. */
  changed(name: RepositoryName): void {
    for (const rule of this.#rulesOf(name)) this.#usages.delete(rule);
  }
}
