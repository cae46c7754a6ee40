/**
 * Logs of containers on the host's disk. The keeper writes them (`files/log-file.ts`), the daemon reads them
 * (`read/disk-log-files.ts`); nothing but the files is between the two, so either may be killed at any time.
 *
 * A log is a chain of files: `<path>` is written to, `<path>.1` was before it, … each `<path>.N` may be
 * `<path>.N.gz` instead.
 */
import type { LogSpec } from '../../wire/keeper.ts';

/** A log that is kept in files. */
export type FileLogSpec = Exclude<LogSpec, { driver: 'none' }>;

export interface LogQuery {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Unix nanoseconds; entries before the first one that is not older are left out. */
  readonly since?: bigint;
  /** Unix nanoseconds; reading ends at the first entry that is newer. */
  readonly until?: bigint;
  /** The last so many entries of both streams together; absent: all. */
  readonly tail?: number;
  /** Each entry begins with its time, nine digits of fraction. */
  readonly timestamps: boolean;
  /** Behind the time come the extra attributes, `key=value` URL-escaped, by commas. */
  readonly details: boolean;
  /** Goes on with what is written from now on. */
  readonly follow: boolean;
}

export interface LogReading {
  /** A terminal's log has no frames. */
  readonly tty: boolean;
  /** The reader went away: ends at once. */
  readonly signal?: AbortSignal;
  /** The container stopped and its log is written to the end: a followed log ends behind its last entry. */
  readonly stopped?: AbortSignal;
}

export interface LogFiles {
  /**
   * The entries as `docker logs` sends them: a frame an entry (`wire/stdcopy.ts`), or raw with a terminal. Many
   * entries a buffer. Throws what opening gave: a path replaced by a link is `ELOOP`; an absent log is an empty one.
   */
  read(log: FileLogSpec, query: LogQuery, reading: LogReading): AsyncIterable<Buffer>;
  /** Bytes on disk of the whole chain. */
  size(path: string): Promise<number>;
  /** Removes the whole chain. Idempotent. */
  remove(path: string): Promise<void>;
}
