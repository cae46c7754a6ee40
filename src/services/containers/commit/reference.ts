import { invalid } from '../../../errors/minke-error.ts';
import { familiarString, parseReference, withDefaultTag, withTag } from '../../../kit/reference/reference.ts';

/** The name that the image gets, as the event tells it; '' where it gets none. @throws invalid */
export function nameOf(repo = '', tag = ''): string {
  if (repo === '') return '';
  const reference = parseReference(repo);
  if (reference.digest !== undefined) throw invalid('cannot import digest reference');
  return familiarString(tag === '' ? withDefaultTag(reference) : withTag(reference, tag));
}
