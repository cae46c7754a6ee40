import * as v from 'valibot';
import { invalid } from '../../../errors/minke-error.ts';

const Schema = v.object({ tags: v.nullish(v.array(v.string()), []) });
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$/;

/** One page of `tags/list`; what is no tag is left out. Throws `invalid`. */
export function parseTags(bytes: Buffer | null): string[] {
  let json: unknown;
  try {
    json = JSON.parse(bytes?.toString() ?? '');
  } catch {
    throw invalid('the list of tags is no JSON');
  }
  const parsed = v.safeParse(Schema, json);
  if (!parsed.success) throw invalid('the list of tags is none');
  return parsed.output.tags.filter((tag) => tagPattern.test(tag));
}
