/** Maps of sparse files: GNU's old header form and the map that opens the content in pax format 1.0. */
import { badHeader, countField } from './fields.ts';
import type { SparseRegion } from './header.ts';

/** A million bytes of map hold about this many regions; a map is kept in memory. */
export const maxRegions = 65_536;

/** Regions in one row of `count` pairs of 12-byte fields; an empty field ends the row. */
export function gnuSparseRow(block: Buffer, start: number, count: number): SparseRegion[] {
  const regions: SparseRegion[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + i * 24;
    if (block[at] === 0) break;
    regions.push({
      offset: countField(block, at, 12, 'sparse offset'),
      length: countField(block, at + 12, 12, 'sparse length'),
    });
  }
  return regions;
}

/** Sorted, not overlapping, inside `realSize`, and exactly as much data as follows in the archive. */
export function checkSparse(regions: readonly SparseRegion[], realSize: number, dataSize: number): void {
  let end = 0;
  let data = 0;
  for (const { offset, length } of regions) {
    if (offset < end || offset + length > realSize)
      throw badHeader('sparse map out of order or beyond the file');
    end = offset + length;
    data += length;
  }
  if (data !== dataSize) throw badHeader('sparse map and content differ in size');
}

/**
 * The map of pax format 1.0, fed block by block: decimal lines (count, then offset and length of each region),
 * padded to a block.
 */
export class SparseLines {
  #digits = '';
  #numbers: number[] = [];
  #wanted = 1;

  /** True once the map is whole; the rest of the block is padding. */
  push(block: Buffer): boolean {
    for (const byte of block) {
      if (byte === 0x0a) {
        this.#line();
        if (this.#numbers.length === this.#wanted) return true;
      } else if (byte >= 0x30 && byte <= 0x39 && this.#digits.length < 16) this.#digits += byte - 0x30;
      else throw badHeader('sparse map is no number');
    }
    return false;
  }

  regions(): SparseRegion[] {
    const regions: SparseRegion[] = [];
    for (let i = 1; i < this.#wanted; i += 2)
      regions.push({ offset: this.#numbers[i] ?? 0, length: this.#numbers[i + 1] ?? 0 });
    return regions;
  }

  #line(): void {
    const value = Number(this.#digits);
    if (this.#digits === '' || !Number.isSafeInteger(value)) throw badHeader('sparse map is no number');
    if (this.#numbers.length === 0) {
      if (value > maxRegions) throw badHeader('sparse map too large');
      this.#wanted = 1 + 2 * value;
    }
    this.#numbers.push(value);
    this.#digits = '';
  }
}
