import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isKind } from '../../errors/minke-error.ts';
import type { RecordStore } from './contract.ts';

const schema = v.object({ name: v.string(), count: v.optional(v.number()) });
type Sample = v.InferOutput<typeof schema>;

/** A place that stores can be opened on again and again, as restarts of the daemon do. */
export interface RecordPlace {
  open<T>(schema: v.GenericSchema<unknown, T>): RecordStore<T>;
  /** Puts raw text where the record of that key is kept. */
  spoil(key: string, text: string): Promise<void>;
}

/** What every record store must do. */
export function recordStoreSuite(name: string, makePlace: () => Promise<RecordPlace>): void {
  const opened = async (): Promise<{ place: RecordPlace; store: RecordStore<Sample> }> => {
    const place = await makePlace();
    const store = place.open(schema);
    await store.load();
    return { place, store };
  };

  test(`${name}: an empty place has no records`, async () => {
    const place = await makePlace();
    const loaded = await place.open(schema).load();
    assert.deepEqual([...loaded.records], []);
    assert.deepEqual(loaded.warnings, []);
  });

  test(`${name}: records are found again after a restart, the newest of each`, async () => {
    const { place, store } = await opened();
    await store.put('a', { name: 'first' });
    await store.put('a', { name: 'second' });
    await store.put('b', { name: 'other', count: 3 });
    const { records } = await place.open(schema).load();
    assert.deepEqual(Object.fromEntries(records), { a: { name: 'second' }, b: { name: 'other', count: 3 } });
  });

  test(`${name}: many puts of one key at once end with the last`, async () => {
    const { place, store } = await opened();
    await Promise.all(Array.from({ length: 200 }, (_, i) => store.put('a', { name: 'a', count: i })));
    await store.settled();
    const { records } = await place.open(schema).load();
    assert.equal(records.get('a')?.count, 199);
  });

  test(`${name}: the value is taken at the call`, async () => {
    const { place, store } = await opened();
    const value = { name: 'before' };
    await store.put('a', { name: 'x' });
    const done = store.put('a', value);
    value.name = 'after';
    await done;
    const { records } = await place.open(schema).load();
    assert.equal(records.get('a')?.name, 'before');
  });

  test(`${name}: of put and delete the later one wins`, async () => {
    const { place, store } = await opened();
    await store.put('a', { name: 'a' });
    await Promise.all([store.put('a', { name: 'b' }), store.delete('a')]);
    await Promise.all([store.delete('b'), store.put('b', { name: 'b' })]);
    await store.delete('never-was');
    const { records } = await place.open(schema).load();
    assert.deepEqual([...records.keys()], ['b']);
  });

  test(`${name}: a bad record is set aside with a warning, the others load`, async () => {
    const { place, store } = await opened();
    for (const key of ['cut', 'empty', 'wrong', 'good']) await store.put(key, { name: key });
    await place.spoil('cut', '{"name":"cu');
    await place.spoil('empty', '');
    await place.spoil('wrong', '{"name":7}');
    const loaded = await place.open(schema).load();
    assert.deepEqual([...loaded.records.keys()], ['good']);
    assert.equal(loaded.warnings.length, 3);
    for (const key of ['cut', 'empty', 'wrong'])
      assert.ok(loaded.warnings.some((text) => text.includes(key)));
    const again = await place.open(schema).load();
    assert.deepEqual(again.warnings, []);
  });

  test(`${name}: keys that are no plain names and values that are no JSON are refused`, async () => {
    const { place, store } = await opened();
    for (const key of ['', '.', '..', '../x', 'a/b', '.hidden', 'a\0b', 'x'.repeat(300)]) {
      await assert.rejects(store.put(key, { name: 'x' }), (error) => isKind(error, 'invalid'));
      await assert.rejects(store.delete(key), (error) => isKind(error, 'invalid'));
    }
    const numbers = place.open<unknown>(v.unknown());
    await assert.rejects(numbers.put('n', { size: 1n }), (error) => isKind(error, 'internal'));
    await assert.rejects(numbers.put('n', undefined), (error) => isKind(error, 'internal'));
    const { records } = await place.open(schema).load();
    assert.equal(records.size, 0);
  });
}
