import * as v from 'valibot';
import type { RecordStore } from '../../drivers/state/contract.ts';
import {
  familiarName,
  familiarString,
  nameOf,
  parseReference,
  type Reference,
  referenceString,
} from '../../kit/reference/reference.ts';
import type { Digest } from '../../wire/digest.ts';
import { DigestSchema } from '../../wire/oci-image.ts';

export const NamesSchema = v.object({
  /** Familiar name → familiar reference → image id. */
  Repositories: v.record(v.string(), v.record(v.string(), DigestSchema)),
  /** Familiar reference → images of that name for other platforms, in order of preference. */
  Platforms: v.optional(v.record(v.string(), v.array(DigestSchema))),
});
/** `repositories.json` */
export type NamesRecord = v.InferOutput<typeof NamesSchema>;

const RECORD = 'repositories';

export interface NamedImage {
  readonly ref: Reference;
  /** What the name stands for where no platform is asked for. */
  readonly id: Digest;
  /** Images of the same name for other platforms. */
  readonly others: readonly Digest[];
}

/** A name that stands for an image which is missing. */
export interface LostName {
  readonly ref: Reference;
  readonly id: Digest;
}

/**
 * Which names images have: tags, and digests of the repositories that they were pulled from. A name may stand for
 * several images, one a platform; the first is the one that counts where nobody says which.
 */
export class ImageNames {
  readonly #record: RecordStore<NamesRecord>;
  readonly #byName = new Map<string, NamedImage>();
  readonly #byImage = new Map<Digest, Map<string, Reference>>();
  /** Nobody finds anything by them, but they are not forgotten without being told to. */
  #lost: readonly LostName[] = [];

  constructor(record: RecordStore<NamesRecord>) {
    this.#record = record;
  }

  /** Names of images that are not `known` are set aside. Answers warnings. */
  async load(known: (id: Digest) => boolean): Promise<string[]> {
    const { records, warnings } = await this.#record.load();
    const record = records.get(RECORD);
    const platforms = new Map(Object.entries(record?.Platforms ?? {}));
    for (const [name, id] of Object.values(record?.Repositories ?? {}).flatMap(Object.entries)) {
      try {
        const ref = parseReference(name);
        const wanted = [id, ...(platforms.get(name) ?? [])];
        const [first, ...others] = wanted.filter(known);
        for (const missing of wanted.filter((one) => !known(one))) {
          this.#lost = [...this.#lost, { ref, id: missing }];
          warnings.push(`image ${missing} is missing: its name ${name} does not stand for it`);
        }
        if (first !== undefined) this.#add(ref, first, others);
      } catch {
        warnings.push(`${JSON.stringify(name)} is no image name and was dropped`);
      }
    }
    return warnings;
  }

  /** Of a name with tag or digest; a digest counts before a tag. */
  get(ref: Reference): Digest | undefined {
    return this.#byName.get(keyOf(ref))?.id;
  }

  /** Every image of that name, one a platform; the first is what `get` answers. */
  all(ref: Reference): readonly Digest[] {
    const named = this.#byName.get(keyOf(ref));
    return named === undefined ? [] : [named.id, ...named.others];
  }

  /** All names of an image, sorted; also those that mean it for its platform only. */
  of(id: Digest): Reference[] {
    const names = this.#byImage.get(id);
    return names === undefined ? [] : [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
  }

  /** Everything with that name, whatever the tag or digest. */
  ofRepository(ref: Reference): NamedImage[] {
    const name = nameOf(ref);
    return [...this.#byName.values()]
      .filter((named) => nameOf(named.ref) === name)
      .sort((a, b) => (referenceString(a.ref) < referenceString(b.ref) ? -1 : 1));
  }

  /** Names whose image was missing at start. */
  lost(): readonly LostName[] {
    return this.#lost;
  }

  /** Forgets one of those. */
  async dropLost(ref: Reference, id: Digest): Promise<void> {
    const before = this.#lost.length;
    this.#lost = this.#lost.filter((lost) => keyOf(lost.ref) !== keyOf(ref) || lost.id !== id);
    if (this.#lost.length < before) await this.#save();
  }

  /** Takes the name from the images that have it. */
  async set(ref: Reference, id: Digest, others: readonly Digest[] = []): Promise<void> {
    const key = keyOf(ref);
    this.#drop(key);
    this.#lost = this.#lost.filter((lost) => keyOf(lost.ref) !== key);
    this.#add(ref, id, others);
    await this.#save();
  }

  /** Takes one image out of what the name stands for. True where that was the last one: the name is gone. */
  async leave(ref: Reference, id: Digest): Promise<boolean> {
    const before = this.all(ref);
    if (!before.includes(id)) return false;
    const [first, ...others] = before.filter((one) => one !== id);
    if (first === undefined) return this.delete(ref);
    await this.set(ref, first, others);
    return false;
  }

  async delete(ref: Reference): Promise<boolean> {
    if (!this.#drop(keyOf(ref))) return false;
    await this.#save();
    return true;
  }

  #add(ref: Reference, id: Digest, others: readonly Digest[]): void {
    const key = keyOf(ref);
    const kept = ref.digest === undefined ? ref : { domain: ref.domain, path: ref.path, digest: ref.digest };
    const rest = [...new Set(others)].filter((other) => other !== id);
    this.#byName.set(key, { ref: kept, id, others: rest });
    for (const one of [id, ...rest])
      this.#byImage.set(one, (this.#byImage.get(one) ?? new Map<string, Reference>()).set(key, kept));
  }

  #drop(key: string): boolean {
    const named = this.#byName.get(key);
    if (named === undefined) return false;
    this.#byName.delete(key);
    for (const id of [named.id, ...named.others]) {
      const names = this.#byImage.get(id);
      names?.delete(key);
      if (names?.size === 0) this.#byImage.delete(id);
    }
    return true;
  }

  *#withLost(): Generator<NamedImage> {
    const lost = Map.groupBy(this.#lost, ({ ref }) => keyOf(ref));
    for (const [key, named] of this.#byName) {
      const missing = lost.get(key) ?? [];
      yield { ...named, others: [...named.others, ...missing.map(({ id }) => id)] };
    }
    for (const [key, [first, ...others]] of lost)
      if (first !== undefined && !this.#byName.has(key))
        yield { ...first, others: others.map(({ id }) => id) };
  }

  #save(): Promise<void> {
    const repositories: Record<string, Record<string, Digest>> = {};
    const platforms: Record<string, Digest[]> = {};
    for (const { ref, id, others } of this.#withLost()) {
      const name = familiarName(ref);
      const text = familiarString(ref);
      repositories[name] = { ...repositories[name], [text]: id };
      if (others.length > 0) platforms[text] = [...others];
    }
    return this.#record.put(RECORD, {
      Repositories: repositories,
      ...(Object.keys(platforms).length === 0 ? {} : { Platforms: platforms }),
    });
  }
}

const keyOf = (ref: Reference): string =>
  ref.digest === undefined ? referenceString(ref) : `${nameOf(ref)}@${ref.digest}`;

export const isTag = (ref: Reference): boolean => ref.digest === undefined;
