import * as v from 'valibot';
import { type Digest, hexOf, isDigest } from '../../wire/digest.ts';
import { mapOf } from '../../wire/json/map-of.ts';
import { DigestSchema } from '../../wire/oci-image.ts';
import { isTagName, type RepositoryName } from '../names.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import { digestsIn, readLink } from './links.ts';
import { manifestLimit } from './manifest-document.ts';
import { algorithms, paths } from './paths.ts';

const DescriptorSchema = v.object({
  mediaType: v.string(),
  digest: DigestSchema,
  size: v.number(),
  artifactType: v.optional(v.string()),
  annotations: v.optional(mapOf(v.string())),
});
export type Referrer = v.InferOutput<typeof DescriptorSchema>;

const IndexSchema = v.object({ manifests: v.array(v.unknown()) });

/** Manifests by what they are about (distribution-spec, "Listing Referrers"). */
export class Referrers {
  readonly #storage: RegistryStorage;

  constructor(storage: RegistryStorage) {
    this.#storage = storage;
  }

  /** Written before the manifest's own link, which alone makes it seen. */
  add(name: RepositoryName, subject: Digest, referrer: Referrer): Promise<void> {
    return this.#storage.write(
      paths.referrer(name, subject, referrer.digest),
      Buffer.from(JSON.stringify(referrer)),
    );
  }

  async remove(name: RepositoryName, subject: Digest, digest: Digest): Promise<void> {
    await this.#storage.remove(paths.referrer(name, subject, digest));
  }

  /** In the order of their digests; those of clients that kept the list themselves, under a tag, with them. */
  async list(name: RepositoryName, subject: Digest): Promise<Referrer[]> {
    const found = new Map<Digest, Referrer>();
    for (const referrer of [
      ...(await this.#tagged(name, subject)),
      ...(await this.#written(name, subject)),
    ]) {
      const link = await readLink(this.#storage, paths.revision(name, referrer.digest));
      if (link !== null) found.set(referrer.digest, referrer);
    }
    return [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  async #written(name: RepositoryName, subject: Digest): Promise<Referrer[]> {
    const referrers: Referrer[] = [];
    for (const algorithm of algorithms) {
      const folder = paths.referrers(name, subject, algorithm);
      for (const entry of await this.#storage.list(folder)) {
        const digest = `${algorithm}:${entry.name}`;
        if (!isDigest(digest)) continue;
        const bytes = await this.#storage.read(paths.referrer(name, subject, digest), manifestLimit);
        const parsed = bytes === null ? null : parseDescriptor(bytes);
        if (parsed !== null) referrers.push(parsed);
      }
    }
    return referrers;
  }

  /** distribution-spec, "Referrers Tag Schema". */
  async #tagged(name: RepositoryName, subject: Digest): Promise<Referrer[]> {
    const tag = `${subject.slice(0, subject.indexOf(':'))}-${hexOf(subject).slice(0, 64)}`;
    const digest = isTagName(tag) ? await readLink(this.#storage, paths.tagCurrent(name, tag)) : null;
    const bytes = digest === null ? null : await this.#storage.read(paths.blob(digest), manifestLimit);
    const index = bytes === null ? null : v.safeParse(IndexSchema, parseJson(bytes));
    if (!index?.success) return [];
    return index.output.manifests.flatMap((entry) => {
      const parsed = v.safeParse(DescriptorSchema, entry);
      return parsed.success ? [parsed.output] : [];
    });
  }

  /** Subjects that something is known to be about. */
  subjects(name: RepositoryName): Promise<Digest[]> {
    return digestsIn(this.#storage, (algorithm) => `${paths.repository(name)}/_referrers/${algorithm}`);
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}

function parseDescriptor(bytes: Uint8Array): Referrer | null {
  const parsed = v.safeParse(DescriptorSchema, parseJson(bytes));
  return parsed.success ? parsed.output : null;
}
