/**
 * JSON as Go's encoding/json reads it, which is what clients of the Engine API count on: `null` is the same as absent,
 * unknown names are ignored, names are compared without regard to case. Absent fields get Go's zero value, so
 * that the code behind never asks "undefined or empty?"; a pointer (where absent means something) stays undefined.
 */
import * as v from 'valibot';

const isPlainObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** A Go struct. A later key wins over an earlier one that differs only in case. */
export function struct<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = new Map(Object.keys(entries).map((name) => [name.toLowerCase(), name]));
  const fold = (input: Record<string, unknown>): Record<string, unknown> => {
    const folded: Record<string, unknown> = Object.create(null);
    for (const [key, value] of Object.entries(input)) {
      const name = key in entries ? key : names.get(key.toLowerCase());
      if (name !== undefined) folded[name] = value;
    }
    return folded;
  };
  return v.pipe(
    v.custom<Record<string, unknown>>(isPlainObject, 'expected an object'),
    v.transform(fold),
    v.object(entries),
  );
}

export const text = v.nullish(v.string(), '');
export const flag = v.nullish(v.boolean(), false);
export const optionalFlag = v.nullish(v.boolean());
/** int64 as far as a JSON number holds it exactly; what lies beyond is refused, never rounded. */
const exact = v.pipe(v.number(), v.safeInteger('expected a whole number of at most 53 bits'));
export const int64 = v.nullish(exact, 0);
export const optionalInt64 = v.nullish(exact);

export const list = <Item extends v.GenericSchema>(item: Item) => v.nullish(v.array(item), null);
/** `[]string`; null where absent, as Go writes it back. Null elements are empty strings. */
export const texts = list(v.pipe(v.nullish(v.string(), ''), v.string()));

/**
 * `map[string]T` as an object without prototype, so that keys like `__proto__` are keys like all others. Absent is null.
 */
export const mapOf = <Item extends v.GenericSchema>(item: Item) =>
  v.nullish(
    v.pipe(
      v.custom<Record<string, unknown>>(isPlainObject, 'expected an object'),
      v.rawTransform(({ dataset, addIssue, NEVER }): Record<string, v.InferOutput<Item>> => {
        const map: Record<string, v.InferOutput<Item>> = Object.create(null);
        for (const [key, value] of Object.entries(dataset.value)) {
          const found = v.safeParse(item, value);
          if (!found.success) {
            addIssue({ message: `${key}: ${found.issues[0].message}` });
            return NEVER;
          }
          map[key] = found.output;
        }
        return map;
      }),
    ),
    null,
  );

export const textMap = mapOf(v.nullish(v.string(), ''));
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
