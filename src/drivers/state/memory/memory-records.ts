import type * as v from 'valibot';
import type { LoadedRecords, RecordStore } from '../contract.ts';
import { checkKey, decodeRecord, encodeRecord } from '../json.ts';

/** Records that live as long as the process; kept as JSON, so that they behave as on disk. */
export class MemoryRecords<T> implements RecordStore<T> {
  readonly #schema: v.GenericSchema<unknown, T>;
  /** Shared by two stores, it shows what a restart finds. */
  readonly #texts: Map<string, string>;

  constructor(schema: v.GenericSchema<unknown, T>, texts = new Map<string, string>()) {
    this.#schema = schema;
    this.#texts = texts;
  }

  async load(): Promise<LoadedRecords<T>> {
    const records = new Map<string, T>();
    const warnings: string[] = [];
    for (const [key, text] of this.#texts) {
      const found = decodeRecord(this.#schema, text);
      if ('value' in found) {
        records.set(key, found.value);
      } else {
        this.#texts.delete(key);
        warnings.push(`record ${key} can't be used (${found.problem})`);
      }
    }
    return { records, warnings };
  }

  async put(key: string, value: T): Promise<void> {
    checkKey(key);
    this.#texts.set(key, encodeRecord(key, value));
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.#texts.delete(key);
  }

  async settled(): Promise<void> {}
}
