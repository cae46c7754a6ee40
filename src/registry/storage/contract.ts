/**
 * Where a registry keeps its bytes: objects under keys that look like paths. Keys are built by `store/paths.ts` alone,
 * out of parts that have passed their grammar.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - `write` and `move` show a whole object or none, also to one who was killed in the middle.
 * - An upload keeps every byte that was appended to it, whatever ends the appending; nobody sees it under another key
 *   before `move`.
 * - One process writes at a time; `open` of a driver refuses a second one where it can tell.
 */
export interface ObjectStat {
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds of the last write. */
  readonly modified: number;
}

/** Inclusive start, exclusive end, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Takes one piece; the piece's memory is the sender's again once this has resolved. */
export type Take = (piece: Uint8Array) => Promise<void>;

export interface OpenObject extends ObjectStat {
  /** Hands the bytes over in order, piece by piece; some may be on their way at a time. Once. */
  send(range: ByteRange, take: Take): Promise<void>;
  close(): Promise<void>;
}

/** A direct child of a folder. */
export interface Entry {
  readonly name: string;
  readonly folder: boolean;
}

export interface RegistryStorage {
  /** Null where it is absent; `invalid` where it has more than `limit` bytes. */
  read(key: string, limit: number): Promise<Buffer | null>;
  write(key: string, content: Uint8Array): Promise<void>;
  /** Null where there is no object of that key. */
  stat(key: string): Promise<ObjectStat | null>;
  /** Null where it is absent. What is opened is sent to its end, though it be removed meanwhile (S3: fails then). */
  open(key: string): Promise<OpenObject | null>;
  /** In the order of the names' bytes; nothing where there is no such folder. */
  list(folder: string): Promise<Entry[]>;
  /** False where it was absent. Folders that became empty go with it. */
  remove(key: string): Promise<boolean>;
  removeFolder(folder: string): Promise<void>;
  /** Gives an object, or a sealed upload, another key. */
  move(from: string, to: string): Promise<void>;

  beginUpload(key: string): Promise<void>;
  /** Bytes appended so far; null where there is no such upload. */
  uploadSize(key: string): Promise<number | null>;
  /**
   * Adds at the end, which must be at `at` (`conflict` else); answers the new size. Where `content` throws, what it
   * gave before is kept.
   */
  append(key: string, at: number, content: AsyncIterable<Uint8Array>): Promise<number>;
  /** Ends an upload: from now on it is an object that can be opened and moved. */
  seal(key: string): Promise<void>;
  /** Removes an upload, sealed or not. */
  abortUpload(key: string): Promise<void>;

  close(): Promise<void>;
}

/** Order of the bytes, as every list is in. */
export const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
