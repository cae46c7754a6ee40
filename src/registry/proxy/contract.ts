import type { Readable } from 'node:stream';
import type { Digest } from '../../wire/digest.ts';

/**
 * A repository of another registry, read only. Manifests are answered with the digest of their bytes; blobs as they
 * come, to be checked by whoever takes them. What is absent is the error `not-found`.
 */
export interface UpstreamRepository {
  manifest(
    reference: string,
    signal: AbortSignal,
  ): Promise<{ readonly digest: Digest; readonly mediaType: string; readonly bytes: Buffer }>;
  /** Null where the other registry won't say without sending it. */
  describe(reference: string, signal: AbortSignal): Promise<{ readonly digest: Digest } | null>;
  tags(signal: AbortSignal): Promise<string[]>;
  /** From `offset` on, or from where the answer says. */
  blob(
    digest: Digest,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ readonly offset: number; readonly stream: Readable }>;
  /** Bytes; null where it is absent. */
  blobSize(digest: Digest, signal: AbortSignal): Promise<number | null>;
}

/** Repositories below a prefix that are copies of another registry's. */
export interface UpstreamRule {
  /** `hub/`; '' is every repository. */
  readonly prefix: string;
  /** Milliseconds for which a tag is taken to mean what it meant. */
  readonly fresh: number;
  /** @param path the repository's name there */
  readonly open: (path: string) => UpstreamRepository;
}
