import { formatDuration } from '../format/go-duration.ts';
import { goTimeOf } from '../format/time.ts';
import { type Member, mapWith, nilList, nilMap, Struct } from '../template/struct.ts';
import { isList, isMap, Shown, type Value } from '../template/value.ts';
import type { Field, Shapes } from './shape.ts';

/** JSON of another shape than its type has. */
export class ShapeError extends Error {}

/**
 * JSON as the Go structure of that name: absent fields are zero values, unknown ones are gone. `called` is its name in
 * messages. Throws `ShapeError`.
 */
export function typed(shapes: Shapes, name: string, value: Value | undefined, called = name): Struct {
  const fields = shapes.get(name);
  if (fields === undefined) throw new ShapeError(`no such shape: ${name}`);
  const source = value ?? null;
  if (source !== null && !isMap(source)) throw new ShapeError(`${name}: not an object`);
  const member = (item: Field): Member => {
    const { key, type, embedded } = item;
    return { ...item, value: embedded ? typed(shapes, type, source) : convert(shapes, type, source?.[key]) };
  };
  return new Struct(called, fields.map(member));
}

/** Of the elements that maps of the API have; a structure's is not told apart from nothing. */
const zero = (type: string): Value => (type === 'string' ? '' : type.startsWith('[]') ? nilList() : null);

const zeroTime = '0001-01-01T00:00:00Z';

function convert(shapes: Shapes, type: string, value: Value | undefined): Value {
  const absent = value === undefined || value === null;
  if (type.startsWith('*')) return absent ? null : convert(shapes, type.slice(1), value);
  if (type.startsWith('[]')) {
    if (absent) return nilList();
    if (!isList(value)) throw new ShapeError(`${type}: not a list`);
    return value.map((item) => convert(shapes, type.slice(2), item));
  }
  if (type.startsWith('{}')) {
    const item = type.slice(2);
    if (absent) return nilMap(zero(item));
    if (!isMap(value)) throw new ShapeError(`${type}: not an object`);
    const entries = sortedEntries(value).map(([key, one]) => [key, convert(shapes, item, one)] as const);
    return mapWith(Object.fromEntries(entries), zero(item));
  }
  return scalar(shapes, type, value);
}

function scalar(shapes: Shapes, type: string, value: Value | undefined): Value {
  switch (type) {
    case 'any':
      return sorted(value ?? null);
    case 'empty':
      return new Struct('struct {}', []);
    case 'string':
      return of(type, value ?? '', 'string');
    case 'bool':
      return of(type, value ?? false, 'boolean');
    case 'int':
    case 'float':
      return typeof value === 'bigint' ? value : of(type, value ?? 0, 'number');
    case 'duration': {
      const nanoseconds = Number(of(type, value ?? 0, 'number'));
      return new Shown(formatDuration(nanoseconds), nanoseconds);
    }
    case 'time': {
      const time = String(of(type, value ?? zeroTime, 'string'));
      return new Shown(goTimeOf(time), time);
    }
    default:
      return typed(shapes, type, value);
  }
}

/** Maps have no order in Go; written as JSON their keys are sorted. */
const sortedEntries = (map: { readonly [key: string]: Value }): [string, Value][] =>
  Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));

function sorted(value: Value): Value {
  if (isList(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, sorted(item)] as const));
}

function of(type: string, value: Value, expected: 'string' | 'boolean' | 'number'): Value {
  if (typeof value !== expected) throw new ShapeError(`${type} expected, ${typeof value} found`);
  return value;
}
