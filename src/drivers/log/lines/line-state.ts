/** What is known of a stream's unfinished line between two chunks. Kept on disk by the keeper's journal. */
export interface LineState {
  /** Bytes of the line that were not written yet; fewer than `pieceBytes`, without a newline. */
  readonly pending: Buffer;
  /** The line's earlier pieces, where it was longer than one. */
  readonly partial: PartialLine | null;
}

export interface PartialLine {
  /** Time of the first piece, which all pieces bear. */
  readonly time: bigint;
  /** Pieces written so far. */
  readonly pieces: number;
}

/** Docker cuts longer lines into pieces of this size. */
export const pieceBytes = 16 * 1024;

export const noLine: LineState = { pending: Buffer.alloc(0), partial: null };
