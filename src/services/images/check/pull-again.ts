import { familiarName, parseReference, type Reference } from '../../../kit/reference/reference.ts';
import { isTag } from '../names.ts';

/**
 * What brings an image again: a pull of each of its tags in repositories that it was pulled from, or else by digest.
 * Nothing where it never came from a registry.
 */
export function pullAgain(names: readonly string[], platform: string | null): string[] {
  const refs = names.map(parseReference);
  const option = platform === null ? '' : `--platform ${platform} `;
  const pulled = Map.groupBy(refs, familiarName);
  return [...pulled.values()].flatMap((same) => {
    const digests = same.filter((ref) => !isTag(ref));
    if (digests.length === 0) return [];
    const tags = same.filter(isTag);
    return (tags.length > 0 ? tags : digests).map((ref) => `minke pull ${option}${shown(ref)}`);
  });
}

const shown = (ref: Reference): string =>
  ref.digest === undefined
    ? `${familiarName(ref)}:${ref.tag ?? 'latest'}`
    : `${familiarName(ref)}@${ref.digest}`;
