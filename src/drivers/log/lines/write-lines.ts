import type { LogFormat, Piece } from './format.ts';
import { type LineState, noLine, type PartialLine, pieceBytes } from './line-state.ts';
import type { Output } from './output.ts';

export interface Lines {
  readonly stream: 'stdout' | 'stderr';
  readonly state: LineState;
  readonly chunk: Buffer;
  /** Unix nanoseconds of the first entry; each further one is a nanosecond later, so that no two are alike. */
  readonly time: bigint;
  /** Stops behind the entry that reaches so many bytes of output; at least one entry is written. */
  readonly room: number;
}

export interface Written {
  /** Bytes of `chunk` that are in the output or in the new state. */
  readonly consumed: number;
  readonly state: LineState;
  /** Entries written. */
  readonly entries: number;
}

const nano = 1_000_000_000;

/**
 * Cuts a stream into entries as Docker's copier does: at newlines, and into pieces where a line is longer than 16 KiB.
 * Pure but for `out`.
 */
export function writeLines(format: LogFormat, out: Output, lines: Lines): Written {
  const { stream, state, chunk, room } = lines;
  const pending = state.pending.length;
  const data = pending === 0 ? chunk : Buffer.concat([state.pending, chunk]);
  const start = out.length;
  let partial = state.partial;
  let seconds = Number(lines.time / BigInt(nano));
  let nanos = Number(lines.time % BigInt(nano));
  let entries = 0;
  let at = 0;
  let newline = data.indexOf(10, pending);

  const write = (end: number, last: boolean) => {
    if (partial === null && last) {
      format.append(out, data, at, end, { stream, seconds, nanos, piece: null });
    } else {
      partial = {
        time: partial?.time ?? BigInt(seconds) * BigInt(nano) + BigInt(nanos),
        pieces: (partial?.pieces ?? 0) + 1,
      };
      appendPiece(format, out, data, at, end, stream, partial, last);
      if (last) partial = null;
    }
    entries += 1;
    nanos += 1;
    if (nanos === nano) {
      seconds += 1;
      nanos = 0;
    }
  };

  while (entries === 0 || out.length - start < room) {
    const end = newline === -1 ? data.length : newline;
    if (end - at >= pieceBytes) {
      write(at + pieceBytes, false);
      at += pieceBytes;
    } else if (newline === -1) {
      return {
        consumed: chunk.length,
        // A copy: the chunk's memory is used again.
        state:
          at === data.length && partial === null
            ? noLine
            : { pending: Buffer.from(data.subarray(at)), partial },
        entries,
      };
    } else {
      write(newline, true);
      at = newline + 1;
      newline = data.indexOf(10, at);
    }
  }
  return { consumed: at - pending, state: { pending: noLine.pending, partial }, entries };
}

/** The stream has ended: what is left of a line without a newline. */
export function writeRest(
  format: LogFormat,
  out: Output,
  stream: 'stdout' | 'stderr',
  state: LineState,
  time: bigint,
): void {
  if (state.pending.length === 0) return;
  const partial = { time: state.partial?.time ?? time, pieces: (state.partial?.pieces ?? 0) + 1 };
  appendPiece(format, out, state.pending, 0, state.pending.length, stream, partial, false);
}

function appendPiece(
  format: LogFormat,
  out: Output,
  data: Buffer,
  start: number,
  end: number,
  stream: 'stdout' | 'stderr',
  partial: PartialLine,
  last: boolean,
): void {
  const piece: Piece = { id: pieceId(partial.time), ordinal: partial.pieces, last };
  const seconds = Number(partial.time / BigInt(nano));
  format.append(out, data, start, end, {
    stream,
    seconds,
    nanos: Number(partial.time % BigInt(nano)),
    piece,
  });
}

/** Docker's is random; ours is made of the time so that it can be made again. 64 hex digits as theirs. */
const pieceId = (time: bigint): string => time.toString(16).padStart(64, '0');
