import { type LineState, noLine } from '../../drivers/log/lines/line-state.ts';

export type OutputStream = 'stdout' | 'stderr';

/** What must be known to go on behind any instruction at which a keeper was killed. */
export interface JournalRecord {
  /**
   * `settled`: nothing is under way; whatever still is in the held FIFO was written. `taking`: what is in the held
   * FIFO belongs to `stream` and is being written; where it is empty nothing had been taken yet. `finishing`: the
   * unfinished line of `stream` is being written, which has ended.
   */
  readonly phase: 'settled' | 'taking' | 'finishing';
  readonly stream: OutputStream;
  /** Unix nanoseconds of the first entry being written. */
  readonly time: bigint;
  /** Size and inode of the log file before what is being written. */
  readonly offset: number;
  readonly inode: number;
  /** Bytes of the held FIFO that are already in the log or in `lines`. */
  readonly skip: number;
  readonly lines: Readonly<Record<OutputStream, LineState>>;
}

/*
 * Layout, little-endian: magic u32, phase u8, stream u8, then at 8 time i64, offset f64, inode f64, skip u32, place
 * u32; at 40 for stdout and at 56 for stderr: pending length u32, pieces u32 (0: none), time i64 of the first piece;
 * at 72 the pending bytes, or at `place` where they don't fit behind it.
 */
const magic = 0x314a4b4d;
const header = 72;
/** A write within one page is never cut in two by a kill. */
export const page = 4096;

const streams = ['stdout', 'stderr'] as const;
const phases = ['settled', 'taking', 'finishing'] as const;

export interface Encoded {
  readonly head: Buffer;
  /** Pending bytes to be written at `place` before the head is; empty where they are in it. */
  readonly apart: Buffer;
}

export function encodeRecord(record: JournalRecord, place: number): Encoded {
  const pending = streams.map((stream) => record.lines[stream].pending);
  const size = (pending[0]?.length ?? 0) + (pending[1]?.length ?? 0);
  const inline = header + size <= page;
  const head = Buffer.alloc(inline ? header + size : header);
  head.writeUInt32LE(magic, 0);
  head[4] = phases.indexOf(record.phase);
  head[5] = streams.indexOf(record.stream);
  head.writeBigInt64LE(record.time, 8);
  head.writeDoubleLE(record.offset, 16);
  head.writeDoubleLE(record.inode, 24);
  head.writeUInt32LE(record.skip, 32);
  head.writeUInt32LE(inline ? header : place, 36);
  streams.forEach((stream, index) => {
    const { pending: bytes, partial } = record.lines[stream];
    head.writeUInt32LE(bytes.length, 40 + 16 * index);
    head.writeUInt32LE(partial?.pieces ?? 0, 44 + 16 * index);
    head.writeBigInt64LE(partial?.time ?? 0n, 48 + 16 * index);
  });
  if (size === 0) return { head, apart: noLine.pending };
  const bytes = Buffer.concat(pending);
  if (!inline) return { head, apart: bytes };
  bytes.copy(head, header);
  return { head, apart: noLine.pending };
}

/** `undefined` for a journal that was never written. */
export function decodeRecord(file: Buffer): JournalRecord | undefined {
  if (file.length < header || file.readUInt32LE(0) !== magic) return undefined;
  let at = file.readUInt32LE(36);
  const line = (index: number): LineState => {
    const length = file.readUInt32LE(40 + 16 * index);
    const pieces = file.readUInt32LE(44 + 16 * index);
    const pending = Buffer.from(file.subarray(at, at + length));
    at += length;
    return { pending, partial: pieces === 0 ? null : { pieces, time: file.readBigInt64LE(48 + 16 * index) } };
  };
  return {
    phase: phases[file[4] ?? 0] ?? 'settled',
    stream: streams[file[5] ?? 0] ?? 'stdout',
    time: file.readBigInt64LE(8),
    offset: file.readDoubleLE(16),
    inode: file.readDoubleLE(24),
    skip: file.readUInt32LE(32),
    lines: { stdout: line(0), stderr: line(1) },
  };
}
