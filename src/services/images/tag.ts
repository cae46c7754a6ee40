import { invalid, notFound } from '../../errors/minke-error.ts';
import {
  familiarName,
  familiarString,
  parseReference,
  type Reference,
  withDefaultTag,
  withTag,
} from '../../kit/reference/reference.ts';
import type { Digest } from '../../wire/digest.ts';
import { announce } from './announce.ts';
import { imagesOf } from './find.ts';
import type { ImageParts } from './parts.ts';

/** The name that `repo` and `tag` parameters make; undefined for an empty `repo`. */
export function targetReference(repo: string, tag: string): Reference | undefined {
  if (repo === '') return undefined;
  const ref = parseReference(repo);
  if (ref.digest !== undefined) throw invalid('cannot import digest reference');
  return tag === '' ? withDefaultTag(ref) : withTag(ref, tag);
}

/**
 * Gives the image that name, and takes it from the image that had it.
 * @param others images for other platforms that get it too
 */
export async function nameImage(
  parts: ImageParts,
  id: Digest,
  ref: Reference,
  others: readonly Digest[] = [],
): Promise<void> {
  if (familiarName(ref) === 'sha256') {
    throw invalid('refusing to create an ambiguous tag using digest algorithm as name');
  }
  await parts.names.set(ref, id, others);
  await parts.catalog.update(id, { lastTagTime: parts.now().toISOString() });
  for (const one of [id, ...others]) parts.lastUse.mark(one);
  announce(parts, 'tag', id, familiarString(ref));
}

export async function tagImage(
  parts: ImageParts,
  reference: string,
  repo: string,
  tag: string,
): Promise<void> {
  const target = targetReference(repo, tag);
  if (target === undefined) throw invalid('invalid reference format');
  const [first, ...others] = imagesOf(parts, reference).map(({ id }) => id);
  if (first === undefined) throw notFound(`No such image: ${reference}`);
  await nameImage(parts, first, target, others);
}
