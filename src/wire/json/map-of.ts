/**
 * Maps whose keys outsiders choose: labels, sysctls, driver options. Valibot's `record` drops the keys `__proto__`,
 * `prototype` and `constructor`; here they are keys like any other, held by an object without a prototype.
 */
import * as v from 'valibot';
import { goFields } from './go-fields.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type MapOf<T> = Record<string, T>;

/** A schema of JSON objects with any keys and values of one kind. The answer has no prototype. */
export function mapOf<T>(values: v.GenericSchema<unknown, T>) {
  return v.pipe(
    v.custom<Record<string, unknown>>(
      isObject,
      (issue) => `Invalid type: Expected Object but received ${issue.received}`,
    ),
    v.rawTransform<Record<string, unknown>, MapOf<T>>(({ dataset, addIssue, NEVER }) => {
      const map: MapOf<T> = Object.create(null);
      for (const [key, value] of Object.entries(dataset.value)) {
        const parsed = v.safeParse(values, goFields(values, value), { abortEarly: true });
        if (!parsed.success) {
          addIssue({ message: `${JSON.stringify(key)}: ${parsed.issues[0].message}` });
          return NEVER;
        }
        map[key] = parsed.output;
      }
      return map;
    }),
  );
}

/** Strings by any key; null counts as '', as in Go. */
export const stringMap = mapOf(
  v.pipe(
    v.nullable(v.string()),
    v.transform((text) => text ?? ''),
  ),
);
