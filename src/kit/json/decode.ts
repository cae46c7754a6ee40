import * as v from 'valibot';
import { invalid } from '../../errors/minke-error.ts';
import { goFields } from '../../wire/json/go-fields.ts';

/**
 * Judges a JSON value by a schema, forgiving what Go forgives (`go-fields.ts`).
 * @throws invalid "invalid JSON: …" naming the field, never its value
 */
export function decode<T>(schema: v.GenericSchema<unknown, T>, json: unknown): T {
  const result = v.safeParse(schema, goFields(schema, json), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const known = issue.expected !== null && issue.expected !== 'unknown';
  const expected = known ? `expected ${issue.expected}` : issue.message;
  throw invalid(`invalid JSON: ${path === null ? '' : `field ${path}: `}${expected}`);
}
