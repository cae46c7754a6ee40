/** What a tar entry says of one file. POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block". */

/** Type flags. Those of later extensions (long names, pax records, sparse maps) never reach a reader's caller. */
export const typeflags = {
  file: 0x30,
  link: 0x31,
  symlink: 0x32,
  character: 0x33,
  block: 0x34,
  directory: 0x35,
  fifo: 0x36,
} as const;

export type EntryType = keyof typeof typeflags | 'other';

export interface TarTime {
  /** Unix seconds, may be negative. */
  readonly seconds: number;
  /** 0…999,999,999, counts forwards also before 1970. */
  readonly nanoseconds: number;
}

/** One data region of a sparse file; what lies between reads as zeros. */
export interface SparseRegion {
  readonly offset: number;
  readonly length: number;
}

export interface TarHeader {
  /** As written, not cleaned: may be absolute, hold `..`, end in a slash. Bytes: see name-bytes.ts. */
  readonly name: string;
  /** `other`: a flag we don't know; its content is there to be skipped. */
  readonly type: EntryType;
  readonly typeflag: number;
  /** Target of a link or symlink, else ''. */
  readonly linkname: string;
  /** Bytes of content (of a sparse file: with its holes). 0 for types without content. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky: 0…0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: TarTime;
  readonly devmajor: number;
  readonly devminor: number;
  /** Extended attributes by full name (`user.x`, `security.capability`). */
  readonly xattrs: ReadonlyMap<string, Buffer>;
  /** Null for a file without holes. */
  readonly sparse: readonly SparseRegion[] | null;
}

export const blockSize = 512;

/** Zeros after `size` bytes of content up to the next block. */
export const paddingOf = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

export const noXattrs: ReadonlyMap<string, Buffer> = new Map();
