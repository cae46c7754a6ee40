import type { Digest } from '../../wire/digest.ts';

/** What a collection found of one repository. */
export interface RepositoryFindings {
  /** Digests that its manifests name, and the manifests themselves. */
  readonly needed: ReadonlySet<Digest>;
  readonly linked: readonly Digest[];
}

/** Blobs that the repository has and none of its manifests needs. */
export const spareLinks = ({ needed, linked }: RepositoryFindings): Digest[] =>
  linked.filter((digest) => !needed.has(digest));

/**
 * Whether something may go: older than the time of grace, and not spoken of since.
 * @param oldest Unix milliseconds; what is younger stays
 */
export const isForgotten = (modified: number, touchedSince: boolean, oldest: number): boolean =>
  modified < oldest && !touchedSince;
