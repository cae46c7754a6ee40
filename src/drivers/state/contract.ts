import type { Readable } from 'node:stream';
import type { FilePart } from '../../kit/stream/file-part.ts';
import type { Digest } from '../../wire/digest.ts';

/**
 * Records that outlive the daemon: one JSON file a record, one owner a store.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - After `put` resolves, a killed process finds that value or a newer one; it never finds half a record.
 * - Puts of one key are written in order; puts that come while one is being written collapse into the newest.
 *   The value is turned into JSON at the call, so later changes to the object don't leak in.
 * - A record that can't be read is moved aside and named in `warnings`; all others load.
 * - `delete` of what is not there is fine. A `delete` after a `put` wins, and the other way round.
 */
export interface LoadedRecords<T> {
  readonly records: Map<string, T>;
  /** One sentence for each record that could not be used, naming file and reason. */
  readonly warnings: string[];
}

export interface RecordStore<T> {
  /** Reads all records and clears what a crash left. Before the first `put`, once. */
  load(): Promise<LoadedRecords<T>>;
  /** Rejects `invalid` for a key that is no plain file name, `internal` for a value that is no JSON (bigint). */
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

/** What a key may be: one plain path component. */
const keyPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}$/;
export const isRecordKey = (key: string): boolean => keyPattern.test(key);

/** A place between two lines: file number and byte offset in it. */
export interface LinePosition {
  readonly file: number;
  readonly offset: number;
}

/**
 * Lines that are only ever appended; the oldest go when there are too many. What a killed process appended is there;
 * of a line that it was writing nothing is seen.
 */
export interface LineLog {
  /** Behind the newest line. */
  readonly end: LinePosition;
  /** `line` ends with its line feed. Synchronous. Answers the new end; throws what the file system says (ENOSPC). */
  append(line: string): LinePosition;
  /** Where to begin to read for what was written at or after `since` (Unix nanoseconds). */
  start(since: bigint): LinePosition;
  /** Lines between two positions, in batches; those that were dropped meanwhile are left out. */
  read(from: LinePosition, to: LinePosition): AsyncIterable<string[]>;
  close(): void;
}

export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/**
 * Bytes by their digest. A blob is there whole and right or not at all; what a crash left half-written is gone at the
 * next `open` of the store.
 */
export interface BlobStore {
  /** Null where it is absent; `invalid` where it is larger than `limit` bytes. */
  read(digest: Digest, limit: number): Promise<Buffer | null>;
  /** Null where it is absent. */
  open(digest: Digest): Promise<{ readonly size: number; readonly stream: Readable } | null>;
  has(digest: Digest): Promise<boolean>;
  /** The bytes of one that is there, from `offset` on; the stream fails where it is absent. */
  stream(digest: Digest, offset: number): Readable;
  /** Keeps the bytes; `invalid` "digest mismatch" or "size mismatch" where they are not the expected ones. */
  put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    expected?: { readonly digest?: Digest; readonly size?: number },
  ): Promise<BlobInfo>;
  delete(digest: Digest): Promise<void>;
  list(): Promise<BlobInfo[]>;
}

/** A blob on its way in. One at a time has it open. */
export interface IncomingBlob {
  /** Bytes so far. */
  readonly size: number;
  /** Adds at the end. `internal` "no space left on device" before the disk is full to the brim. */
  append(chunk: Uint8Array): Promise<void>;
  /** Forgets what came. */
  reset(): Promise<void>;
  /** Whether what came is the blob. */
  isWhole(): Promise<boolean>;
  /** What came, from `offset` on. To be read before `keep` or `discard`. */
  read(offset?: number): Readable;
  /** All that came, where it lies in a file. To be read before `keep`, `discard` or `close`. */
  file(): FilePart | undefined;
  /** The blob is kept in the store. `invalid` "digest mismatch" where it is not whole. */
  keep(): Promise<void>;
  discard(): Promise<void>;
  /** What came so far stays, for the next `open`. */
  close(): Promise<void>;
}

/** Blobs that come bit by bit: what came outlives the daemon, for some days. */
export interface IncomingBlobs {
  /** Those of which something is there. */
  list(): Promise<Digest[]>;
  open(digest: Digest): Promise<IncomingBlob>;
}

/** Bytes on disk for as long as somebody works with them; gone with the process at the latest. */
export interface Scratch {
  /** Bytes so far. */
  readonly size: number;
  /** Adds at the end. `internal` "no space left on device" before the disk is full to the brim. */
  append(chunk: Uint8Array): Promise<void>;
  /** `length` bytes from `offset`, which were appended before. */
  read(offset: number, length: number): Readable;
  /** The same, where they lie in a file. To be read before `close`. */
  file(offset: number, length: number): FilePart | undefined;
  close(): Promise<void>;
}

export interface ScratchSpace {
  create(): Promise<Scratch>;
}
