import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { decodeRecord, encodeRecord, type JournalRecord, page } from './record.ts';

/** Pending bytes of both streams, twice, by turns, so that the ones that the present head names stay whole. */
const placeBytes = 9 * page;

/** A task's journal file, in its folder on /run: gone with the machine's memory, as the FIFOs' contents are. */
export class Journal {
  readonly #fd: number;
  #turn = 0;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  static open(path: string): { journal: Journal; record: JournalRecord | undefined } {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    return { journal: new Journal(fd), record: decodeRecord(readFileSync(fd)) };
  }

  write(record: JournalRecord): void {
    const place = page + this.#turn * placeBytes;
    const { head, apart } = encodeRecord(record, place);
    if (apart.length > 0) {
      writeSync(this.#fd, apart, 0, apart.length, place);
      this.#turn = 1 - this.#turn;
    }
    writeSync(this.#fd, head, 0, head.length, 0);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
