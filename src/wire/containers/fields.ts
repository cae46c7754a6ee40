/**
 * Kinds of fields of Go structs. Absent (and null, see `wire/json/go-fields.ts`) is Go's zero value, so that the code
 * behind never asks "undefined or empty?"; an `optional…` is a pointer, where absent means something.
 */
import * as v from 'valibot';
import { mapOf as requiredMapOf, stringMap } from '../json/map-of.ts';

export const text = v.nullish(v.string(), '');
export const flag = v.nullish(v.boolean(), false);
export const optionalFlag = v.nullish(v.boolean());
/** int64 as far as a JSON number holds it exactly; what lies beyond is refused, never rounded. */
const exact = v.pipe(v.number(), v.safeInteger('a whole number of at most 53 bits'));
export const int64 = v.nullish(exact, 0);
export const optionalInt64 = v.nullish(exact);

export const list = <Item extends v.GenericSchema>(item: Item) => v.nullish(v.array(item), null);
/** `[]string`; null where absent, as Go writes it back. Null elements are empty strings. */
export const texts = list(v.nullish(v.string(), ''));

/** `map[string]T`; null where absent. */
export const mapOf = <T>(item: v.GenericSchema<unknown, T>) => v.nullish(requiredMapOf(item), null);
export const textMap = v.nullish(stringMap, null);
/** `map[string]struct{}`. */
export const set = mapOf(
  v.pipe(
    v.unknown(),
    v.transform(() => ({})),
  ),
);

/** `strslice.StrSlice`: a list, or one string that stands for a list of one. */
export const words = v.nullish(
  v.union([
    v.pipe(
      v.string(),
      v.transform((word) => [word]),
    ),
    v.array(v.string()),
  ]),
  null,
);
