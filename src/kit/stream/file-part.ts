/** A part of an open file. Whoever hands it on keeps the descriptor open until the work with it is over. */
export interface FilePart {
  readonly fd: number;
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
}
