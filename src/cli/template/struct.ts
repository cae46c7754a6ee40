import { Row, type Value } from './value.ts';

/** One field of a structure, in Go's order. */
export interface Member {
  readonly name: string;
  /** The key in JSON; undefined: left out there. */
  readonly key: string | undefined;
  /** Left out of JSON where it is a zero value. */
  readonly omitEmpty: boolean;
  readonly value: Value;
  /** Its fields are those of the structure around it. */
  readonly embedded: boolean;
}

/** A Go structure: printed without names, its fields in order; as JSON under the keys that its tags name. */
export class Struct extends Row {
  readonly members: readonly Member[];
  override readonly order: readonly string[];

  constructor(typeName: string, members: readonly Member[]) {
    const fields: Record<string, Value> = {};
    for (const { value, embedded } of members)
      if (embedded && value instanceof Struct) Object.assign(fields, value.fields);
    for (const { name, value } of members) fields[name] = value;
    super(typeName, fields);
    this.members = members;
    this.order = members.map(({ name }) => name);
  }
}

const nils = new WeakSet<object>();
const zeros = new WeakMap<object, Value>();

/** A nil slice: empty everywhere but in JSON, which says null. */
export function nilList(): readonly Value[] {
  const made: readonly Value[] = [];
  nils.add(made);
  return made;
}

/** A map whose absent keys read as `zero`. */
export function mapWith(
  entries: { readonly [key: string]: Value },
  zero: Value,
): { readonly [key: string]: Value } {
  zeros.set(entries, zero);
  return entries;
}

/** A nil map: the same as a nil slice. */
export function nilMap(zero: Value): { readonly [key: string]: Value } {
  const made = mapWith({}, zero);
  nils.add(made);
  return made;
}

export const isNil = (value: Value): boolean =>
  value === null || (typeof value === 'object' && nils.has(value));

/** What `index` gives for a key that a map does not have. */
export const zeroOf = (map: { readonly [key: string]: Value }): Value => zeros.get(map) ?? null;
