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

/** `repositories.json`: familiar name → familiar reference → image id. */
export const NamesSchema = v.object({
  Repositories: v.record(v.string(), v.record(v.string(), DigestSchema)),
});
export type NamesRecord = v.InferOutput<typeof NamesSchema>;

const RECORD = 'repositories';

export interface NamedImage {
  readonly ref: Reference;
  readonly id: Digest;
}

/** Which names images have: tags, and digests of the repositories that they were pulled from. */
export class ImageNames {
  readonly #record: RecordStore<NamesRecord>;
  readonly #byName = new Map<string, NamedImage>();
  readonly #byImage = new Map<Digest, Map<string, Reference>>();

  constructor(record: RecordStore<NamesRecord>) {
    this.#record = record;
  }

  /** Names of images that are not `known` are dropped. Answers warnings. */
  async load(known: (id: Digest) => boolean): Promise<string[]> {
    const { records, warnings } = await this.#record.load();
    for (const [name, id] of Object.values(records.get(RECORD)?.Repositories ?? {}).flatMap(Object.entries)) {
      try {
        if (known(id)) this.#add(parseReference(name), id);
        else warnings.push(`image ${id} is missing: its name ${name} was dropped`);
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

  /** All names of an image, sorted. */
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

  /** Takes the name from another image where one has it. */
  async set(ref: Reference, id: Digest): Promise<void> {
    this.#drop(keyOf(ref));
    this.#add(ref, id);
    await this.#save();
  }

  async delete(ref: Reference): Promise<boolean> {
    if (!this.#drop(keyOf(ref))) return false;
    await this.#save();
    return true;
  }

  #add(ref: Reference, id: Digest): void {
    const key = keyOf(ref);
    const kept = ref.digest === undefined ? ref : { domain: ref.domain, path: ref.path, digest: ref.digest };
    this.#byName.set(key, { ref: kept, id });
    const names = this.#byImage.get(id) ?? new Map<string, Reference>();
    this.#byImage.set(id, names.set(key, kept));
  }

  #drop(key: string): boolean {
    const named = this.#byName.get(key);
    if (named === undefined) return false;
    this.#byName.delete(key);
    const names = this.#byImage.get(named.id);
    names?.delete(key);
    if (names?.size === 0) this.#byImage.delete(named.id);
    return true;
  }

  #save(): Promise<void> {
    const repositories: Record<string, Record<string, Digest>> = {};
    for (const { ref, id } of this.#byName.values()) {
      const name = familiarName(ref);
      repositories[name] = { ...repositories[name], [familiarString(ref)]: id };
    }
    return this.#record.put(RECORD, { Repositories: repositories });
  }
}

const keyOf = (ref: Reference): string =>
  ref.digest === undefined ? referenceString(ref) : `${nameOf(ref)}@${ref.digest}`;

export const isTag = (ref: Reference): boolean => ref.digest === undefined;
