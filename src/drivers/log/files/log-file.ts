import { closeSync, existsSync, fstatSync, ftruncateSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { FileLogSpec } from '../contract.ts';
import { rotatedPath, shiftChain } from './chain.ts';
import { compressFile } from './compress.ts';
import { openForWriting } from './open.ts';

/** The written end of a log: appends, and begins a new file when the current one is full. One writer a log. */
export class LogFile {
  readonly #spec: FileLogSpec;
  #fd: number;
  #size: number;
  #inode: number;
  #compressing: Promise<void> | null = null;

  constructor(spec: FileLogSpec) {
    this.#spec = spec;
    this.#fd = openForWriting(spec.path);
    const { size, ino } = fstatSync(this.#fd);
    this.#size = size;
    this.#inode = ino;
    // What a killed writer had begun.
    if (existsSync(rotatedPath(spec.path, 1))) this.#compress();
  }

  /** Bytes of the current file. */
  get size(): number {
    return this.#size;
  }

  /** Tells the current file from the ones before it. */
  get inode(): number {
    return this.#inode;
  }

  /** The next entry belongs into a new file. */
  get full(): boolean {
    return this.#spec.maxSize > 0 && this.#size >= this.#spec.maxSize;
  }

  /** Bytes until the current file is full. */
  get room(): number {
    return this.#spec.maxSize > 0 ? this.#spec.maxSize - this.#size : Number.POSITIVE_INFINITY;
  }

  /** Set while the file before is being compressed: no rotation now, so better no writing to a full file. */
  get busy(): Promise<void> | null {
    return this.#compressing;
  }

  /** Appends all of it, or nothing and throws (`ENOSPC`, `EIO`). */
  append(bytes: Uint8Array): void {
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done, bytes.length - done);
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += done;
  }

  /**
   * Puts the current file behind the others and begins a new one. A crash in the middle is mended by doing it again:
   * the current file is renamed last, and opening makes a new one where there is none.
   */
  rotate(): void {
    const { path, maxFiles } = this.#spec;
    if (maxFiles < 2) {
      rmSync(path, { force: true });
    } else {
      shiftChain(path, maxFiles);
      if (existsSync(path)) renameSync(path, rotatedPath(path, 1));
    }
    const fd = openForWriting(path, true);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#size = 0;
    this.#inode = fstatSync(fd).ino;
    this.#compress();
  }

  close(): void {
    closeSync(this.#fd);
  }

  #compress(): void {
    const { path, maxFiles, compress } = this.#spec;
    if (!compress || maxFiles < 2 || this.#compressing !== null) return;
    this.#compressing = compressFile(rotatedPath(path, 1))
      .catch((error: unknown) => process.stderr.write(`compressing ${path}.1: ${String(error)}\n`))
      .then(() => {
        this.#compressing = null;
      });
  }
}
