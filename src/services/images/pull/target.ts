import { invalid } from '../../../errors/minke-error.ts';
import { parseReference, type Reference, withTag } from '../../../kit/reference/reference.ts';
import { isDigest } from '../../../wire/digest.ts';

/**
 * What `fromImage` and `tag` of the API ask for: a name with tag or digest, or a bare one for all tags. The tag
 * parameter may be a digest, and wins.
 */
export function pullTarget(name: string, tag: string | undefined): Reference {
  const ref = parseReference(name);
  if (ref.domain === 'docker.io' && ref.path === 'library/scratch')
    throw invalid("'scratch' is a reserved name");
  if (tag === undefined || tag === '') return ref;
  const { domain, path } = ref;
  return isDigest(tag) ? { domain, path, digest: tag } : withTag(ref, tag);
}
