import type { Output } from './output.ts';

/** One entry of a log: a line, or a piece of a long one. The text is `data[start…end)`, without its newline. */
export interface Entry {
  readonly stream: 'stdout' | 'stderr';
  readonly seconds: number;
  readonly nanos: number;
  /** Null: a whole line. */
  readonly piece: Piece | null;
}

export interface Piece {
  /** The same for all pieces of a line. */
  readonly id: string;
  /** From 1. */
  readonly ordinal: number;
  readonly last: boolean;
}

/** How entries are written down. The same input gives the same bytes always: after a crash they are made again. */
export interface LogFormat {
  append(out: Output, data: Buffer, start: number, end: number, entry: Entry): void;
}
