import type { FileLogSpec } from '../../drivers/log/contract.ts';
import { formatOf } from '../../drivers/log/files/format-of.ts';
import { LogFile } from '../../drivers/log/files/log-file.ts';
import type { LogFormat } from '../../drivers/log/lines/format.ts';
import { type LineState, noLine } from '../../drivers/log/lines/line-state.ts';
import { Output } from '../../drivers/log/lines/output.ts';
import { writeLines, writeRest } from '../../drivers/log/lines/write-lines.ts';
import { messageOf } from '../../errors/minke-error.ts';
import { realtime } from '../../host/clock/realtime.ts';
import { closeAll, moveBytes, openFifo, peekBytes } from '../../host/pipe/fifo.ts';
import { readNow } from '../../host/pipe/pipe.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import { Journal } from '../journal/journal.ts';
import type { JournalRecord, OutputStream } from '../journal/record.ts';
import { chunk, nothing } from './chunk.ts';
import type { Intake } from './contract.ts';

/** Entries are written to the file in portions of about this size. */
const portion = 1024 * 1024;

// One for all tasks; empty between two turns of the loop.
const output = new Output(256 * 1024);
const discarded = Buffer.allocUnsafeSlow(chunk.length);

export interface LoggedIntakePaths {
  readonly journal: string;
  /** A FIFO that the shim holds open. */
  readonly held: string;
}

/**
 * Writes output to a log file so that a kill at any instruction loses and doubles no line. The order is:
 * the journal says `taking` — splice(2) moves a chunk from the task's FIFO into the held FIFO — a copy of it is
 * formatted and appended to the log — the journal says `settled` — the held FIFO is emptied. The formatted bytes
 * depend on nothing but journal and chunk, so whoever comes after a kill makes them again and appends what is missing.
 */
export class LoggedIntake implements Intake {
  readonly #format: LogFormat;
  readonly #file: LogFile;
  readonly #journal: Journal;
  readonly #held: number;
  readonly #lines: Record<OutputStream, LineState>;
  #complained = false;

  constructor(spec: FileLogSpec, paths: LoggedIntakePaths) {
    this.#format = formatOf(spec);
    this.#file = new LogFile(spec);
    this.#held = openFifo(paths.held, 'both');
    const { journal, record } = Journal.open(paths.journal);
    this.#journal = journal;
    this.#lines = { stdout: noLine, stderr: noLine, ...record?.lines };
    if (record !== undefined) this.#recover(record);
  }

  get busy(): Promise<void> | null {
    return this.#file.full ? this.#file.busy : null;
  }

  take(stream: OutputStream, fifo: number): Buffer | undefined {
    const time = realtime();
    this.#note('taking', stream, time, 0);
    const count = moveBytes(fifo, this.#held);
    if (count <= 0) return count === 0 ? nothing : undefined;
    const taken = chunk.subarray(0, peekBytes(this.#held, chunk));
    this.#write(stream, taken, time, 0, 0);
    this.#settle();
    return taken;
  }

  finish(): void {
    const time = realtime();
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#lines[stream].pending.length === 0) continue;
      if (this.#file.full && this.#file.busy === null) this.#file.rotate();
      this.#note('finishing', stream, time, 0);
      this.#writeRest(stream, time, 0);
    }
    this.#settle();
  }

  close(): void {
    this.#file.close();
    this.#journal.close();
    closeAll(this.#held);
  }

  /** `written`: bytes of it that already are in the log. */
  #write(stream: OutputStream, taken: Buffer, firstTime: bigint, firstSkip: number, written: number): void {
    let time = firstTime;
    let skip = firstSkip;
    let present = written;
    while (skip < taken.length) {
      const room = present > 0 ? portion : Math.min(this.#file.room, portion);
      const full = room <= 0 && this.#file.busy === null;
      output.length = 0;
      const result = writeLines(this.#format, output, {
        stream,
        state: this.#lines[stream],
        chunk: taken.subarray(skip),
        time,
        room: full ? 1 : room <= 0 ? portion : room,
      });
      if (full && result.entries > 0) {
        this.#file.rotate();
        this.#note('taking', stream, time, skip);
        continue;
      }
      const known = Math.min(present, output.length);
      this.#append(output.view().subarray(known));
      present -= known;
      this.#lines[stream] = result.state;
      skip += result.consumed;
      time += BigInt(result.entries);
      if (skip < taken.length) this.#note('taking', stream, time, skip);
    }
  }

  #writeRest(stream: OutputStream, time: bigint, written: number): void {
    output.length = 0;
    writeRest(this.#format, output, stream, this.#lines[stream], time);
    this.#append(output.view().subarray(written));
    this.#lines[stream] = noLine;
  }

  #append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    try {
      this.#file.append(bytes);
      this.#complained = false;
    } catch (error) {
      // A full disk must not stop the process: as with Docker its lines are lost until there is room again.
      if (!this.#complained) writeStandardError(`writing a log: ${messageOf(error)}\n`);
      this.#complained = true;
    }
  }

  #settle(): void {
    this.#note('settled', 'stdout', 0n, 0);
    readNow(this.#held, discarded);
  }

  #note(phase: JournalRecord['phase'], stream: OutputStream, time: bigint, skip: number): void {
    const { size: offset, inode } = this.#file;
    this.#journal.write({ phase, stream, time, offset, inode, skip, lines: this.#lines });
  }

  #recover(record: JournalRecord): void {
    if (record.phase !== 'settled') {
      // Another file than the journal's: the log was rotated just before, so none of it is in the new one.
      const offset = record.inode === this.#file.inode ? record.offset : 0;
      const written = Math.max(0, this.#file.size - offset);
      const taken = Buffer.from(chunk.subarray(0, peekBytes(this.#held, chunk)));
      if (record.phase === 'finishing') this.#writeRest(record.stream, record.time, written);
      else if (taken.length > 0) this.#write(record.stream, taken, record.time, record.skip, written);
    }
    this.#settle();
  }
}
