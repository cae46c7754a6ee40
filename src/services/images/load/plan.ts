import type { Reference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ArchiveFile } from './archive.ts';

/** One image of an archive and where its parts are. */
export interface PlannedImage {
  readonly config: Buffer;
  /** Bottom first; maybe compressed. */
  readonly layers: readonly PlannedLayer[];
  readonly tags: readonly Reference[];
  readonly parent?: Digest;
}

export interface PlannedLayer {
  /** Asked for only where the layer is not here: an archive need not have it then. Throws `invalid`. */
  file(): ArchiveFile;
  /** Digest of the file as it lies in the archive, where the archive names it. */
  readonly digest?: Digest;
}
