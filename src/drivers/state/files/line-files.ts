import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../../../errors/minke-error.ts';
import { moveAside } from '../../../host/tree/move-aside.ts';
import type { LineLog, LinePosition } from '../contract.ts';

export interface LineFilesOptions {
  /** Absolute; made with mode 0700 where it is missing. */
  readonly folder: string;
  /** A file that has reached this size is closed and the next one begun. */
  readonly fileBytes: number;
  /** The oldest files go beyond this many. */
  readonly files: number;
  /** Hears of a file that can't be used; it was moved aside. */
  readonly warn: (text: string) => void;
}

const LINE_END = 10;
const CHUNK = 64 * 1024;
/** File times lag the clock by a kernel tick at most; a second leaves room for small steps of the clock. */
const TIME_SLACK = 1_000_000_000n;

/**
 * Lines in numbered files, `00000001.jsonl` and on, the oldest dropped. Appends are synchronous: one costs about 5 µs,
 * and a killed process has lost nothing that it said.
 */
export class LineFiles implements LineLog {
  readonly #options: LineFilesOptions;
  #fd: number;
  #file: number;
  #size: number;

  /** Opens the newest file and cuts off a line that a crash left half-written. */
  constructor(options: LineFilesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#file = this.#numbers().at(-1) ?? 1;
    this.#fd = this.#openNewest();
    this.#size = this.#repair();
    this.#dropOldest();
  }

  get end(): LinePosition {
    return { file: this.#file, offset: this.#size };
  }

  append(line: string): LinePosition {
    const data = Buffer.from(line);
    const room = this.#options.fileBytes - this.#size;
    if (data.length > room && this.#size > 0) this.#rotate();
    try {
      for (let at = 0; at < data.length; )
        at += writeSync(this.#fd, data, at, data.length - at, this.#size + at);
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += data.length;
    return this.end;
  }

  start(since: bigint): LinePosition {
    for (const file of this.#numbers()) {
      if (file === this.#file || this.#changed(file) + TIME_SLACK >= since) return { file, offset: 0 };
    }
    return this.end;
  }

  async *read(from: LinePosition, to: LinePosition): AsyncGenerator<string[], void> {
    for (let file = from.file; file <= to.file; file++) {
      const start = file === from.file ? from.offset : 0;
      const limit = file === to.file ? to.offset : Number.POSITIVE_INFINITY;
      yield* readLines(this.#path(file), start, limit);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #path(file: number): string {
    return join(this.#options.folder, `${String(file).padStart(8, '0')}.jsonl`);
  }

  #numbers(): number[] {
    return readdirSync(this.#options.folder, { withFileTypes: true })
      .map((entry) => (entry.isFile() ? /^(\d{8})\.jsonl$/.exec(entry.name)?.[1] : undefined))
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  #changed(file: number): bigint {
    return existsSync(this.#path(file)) ? statSync(this.#path(file), { bigint: true }).mtimeNs : 0n;
  }

  #openNewest(): number {
    try {
      return this.#open(this.#file);
    } catch (error) {
      const path = this.#path(this.#file);
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) throw error;
      this.#options.warn(moveAside(path, messageOf(error)));
      return this.#open(this.#file);
    }
  }

  #open(file: number): number {
    const path = this.#path(file);
    return openSync(path, existsSync(path) ? 'r+' : 'wx+', 0o600);
  }

  #rotate(): void {
    const fd = this.#open(this.#file + 1);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#file++;
    this.#size = 0;
    this.#dropOldest();
  }

  #dropOldest(): void {
    const numbers = this.#numbers();
    for (const file of numbers.slice(0, Math.max(0, numbers.length - this.#options.files))) {
      unlinkSync(this.#path(file));
    }
  }

  #repair(): number {
    let end = fstatSync(this.#fd).size;
    const size = end;
    const buffer = Buffer.alloc(CHUNK);
    while (end > 0) {
      const start = Math.max(0, end - CHUNK);
      const read = readSync(this.#fd, buffer, 0, end - start, start);
      const at = buffer.subarray(0, read).lastIndexOf(LINE_END);
      end = at < 0 ? start : start + at + 1;
      if (at >= 0) break;
    }
    if (end !== size) ftruncateSync(this.#fd, end);
    return end;
  }
}

/** A file that was dropped meanwhile has no lines. */
async function* readLines(path: string, start: number, limit: number): AsyncGenerator<string[], void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    let rest = Buffer.alloc(0);
    let offset = start;
    while (offset + rest.length < limit) {
      const want = Math.min(CHUNK, limit - offset - rest.length);
      const buffer = Buffer.allocUnsafe(want);
      const { bytesRead } = await handle.read(buffer, 0, want, offset + rest.length);
      if (bytesRead === 0) return;
      const data = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = data.lastIndexOf(LINE_END) + 1;
      rest = data.subarray(end);
      if (end === 0) continue;
      offset += end;
      yield data.toString('utf8', 0, end - 1).split('\n');
    }
  } finally {
    await handle.close();
  }
}
