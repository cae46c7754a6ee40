import type { Output } from '../lines/output.ts';

/**
 * Takes entries out of a file's bytes, one at a time; the getters speak of the last one. A class a format, so that
 * reading makes no objects.
 */
export interface EntryReader {
  /**
   * Reads the entry at `at` in `data[…end)`; returns where the next begins, -1 where it is not whole. One that makes no
   * sense is passed over with `valid` false.
   */
  next(data: Buffer, at: number, end: number): number;
  readonly valid: boolean;
  readonly stream: 'stdout' | 'stderr';
  readonly seconds: number;
  readonly nanos: number;
  /** Extra attributes; null where there are none. */
  readonly attrs: Readonly<Record<string, string>> | null;
  /** Appends the text, with its newline unless it is a piece of a line. */
  appendText(out: Output): void;
}

/** Finds the last entries of a file without reading all of it. */
export interface TailFinder {
  /**
   * Where the last `count` entries of `data[…end)` begin, and how many they are; fewer than `count` where the data
   * does not hold so many whole ones; -1 where it can't be told from the end.
   */
  tail(data: Buffer, end: number, count: number): { readonly at: number; readonly found: number };
}

export interface ReadFormat extends TailFinder {
  reader(): EntryReader;
}
