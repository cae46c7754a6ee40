/**
 * Go's habits in reading JSON into structs, which clients lean on: field names match in any case, and null leaves
 * a field as it was. Both are put right by walking the value along the schema that will judge it.
 */
import type * as v from 'valibot';

type Schema = v.GenericSchema<unknown, unknown>;
type Entries = Readonly<Record<string, Schema>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema inside `optional`, `nullable`, `pipe` and the like. */
function inner(schema: Schema): Schema {
  if ('wrapped' in schema && isSchema(schema.wrapped)) return inner(schema.wrapped);
  if (
    'pipe' in schema &&
    Array.isArray(schema.pipe) &&
    schema.pipe[0] !== schema &&
    isSchema(schema.pipe[0])
  ) {
    const [first] = schema.pipe;
    return first.type === schema.type && !('wrapped' in first) ? first : inner(first);
  }
  return schema;
}

const entriesOf = (schema: Schema): Entries | null =>
  schema.type === 'object' && 'entries' in schema && isObject(schema.entries)
    ? (schema.entries as Entries) // what valibot's object schemas hold there
    : null;

const folded = new WeakMap<Entries, ReadonlyMap<string, string>>();

function foldedNames(entries: Entries): ReadonlyMap<string, string> {
  let names = folded.get(entries);
  if (names === undefined) {
    names = new Map(Object.keys(entries).map((name) => [name.toLowerCase(), name]));
    folded.set(entries, names);
  }
  return names;
}

const takesNull = (schema: Schema): boolean =>
  schema.type === 'nullish' ||
  schema.type === 'nullable' ||
  ('wrapped' in schema && isSchema(schema.wrapped) && takesNull(schema.wrapped));

function struct(entries: Entries, value: Record<string, unknown>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const name = Object.hasOwn(entries, key) ? key : foldedNames(entries).get(key.toLowerCase());
    const schema = name === undefined ? undefined : entries[name];
    if (name === undefined || schema === undefined) continue;
    if (field === null && !takesNull(schema)) continue;
    found[name] = goFields(schema, field);
  }
  return found;
}

/** Stands for a list where a struct should be, which valibot would take for an object without fields. */
const LIST: unique symbol = Symbol('list');

/** A copy of `value` with field names spelled as the schema has them, unknown ones dropped, and nulls left out. */
export function goFields(schema: Schema, value: unknown): unknown {
  const plain = inner(schema);
  if (Array.isArray(value) && 'item' in plain && isSchema(plain.item)) {
    const { item } = plain;
    return value.map((element) => goFields(item, element));
  }
  if (Array.isArray(value) && entriesOf(plain) !== null) return LIST;
  if (!isObject(value)) return value;
  if ('value' in plain && isSchema(plain.value)) {
    const { value: values } = plain;
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) => [key, goFields(values, element)]),
    );
  }
  const entries = entriesOf(plain);
  return entries === null ? value : struct(entries, value);
}
