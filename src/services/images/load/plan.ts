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
  /** Where it is one of an index: the documents that name it, to be kept. */
  readonly origin?: { readonly manifest: PlannedDocument; readonly index: PlannedDocument };
  /** Images for other platforms under the same names. */
  readonly others?: readonly PlannedImage[];
}

export interface PlannedDocument {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface PlannedLayer {
  /** Asked for only where the layer is not here: an archive need not have it then. Throws `invalid`. */
  file(): ArchiveFile;
  /** Digest of the file as it lies in the archive, where the archive names it. */
  readonly digest?: Digest;
  readonly mediaType?: string;
  /** Bytes of the file, where the archive names them. */
  readonly size?: number;
  /** The archive names it and has not got it: whoever wrote it knew that the layer is here. */
  readonly absent?: boolean;
}
