/** Fields of a header block. Every failure is `invalid` "archive/tar: invalid tar header", as Docker's clients know it. */
import { invalid, type MinkeError } from '../../errors/minke-error.ts';
import { nameFromBytes } from './name-bytes.ts';

export const badHeader = (detail: string): MinkeError =>
  invalid(`archive/tar: invalid tar header (${detail})`);

/** Text up to the first NUL or the field's end. */
export function textField(block: Buffer, start: number, length: number): string {
  let end = start;
  const limit = start + length;
  while (end < limit && block[end] !== 0) end++;
  return end === start ? '' : nameFromBytes(block, start, end);
}

const isFiller = (byte: number | undefined): boolean => byte === 0x20 || byte === 0;

/**
 * Octal digits between blanks and NULs, or GNU's base-256 (first bit set, two's complement). An empty field is 0.
 * Numbers beyond 2^53 - 1 are refused: no file and no time of ours is that large.
 */
export function numberField(block: Buffer, start: number, length: number, what: string): number {
  const first = block[start] ?? 0;
  if (first & 0x80) return base256(block, start, length, what);
  let at = start;
  const end = start + length;
  while (at < end && isFiller(block[at])) at++;
  let value = 0;
  while (at < end) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
    at++;
  }
  while (at < end) if (!isFiller(block[at++])) throw badHeader(`${what} is no octal number`);
  if (value > Number.MAX_SAFE_INTEGER) throw badHeader(`${what} is too large`);
  return value;
}

function base256(block: Buffer, start: number, length: number, what: string): number {
  const first = block[start] ?? 0;
  const negative = (first & 0x40) !== 0;
  let value = negative ? -1n : 0n;
  value = (value << 6n) | BigInt(first & 0x3f);
  for (let at = start + 1; at < start + length; at++) value = (value << 8n) | BigInt(block[at] ?? 0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER))
    throw badHeader(`${what} is too large`);
  return Number(value);
}

/** A count of bytes or an id: never negative. */
export function countField(block: Buffer, start: number, length: number, what: string): number {
  const value = numberField(block, start, length, what);
  if (value < 0) throw badHeader(`${what} is negative`);
  return value;
}

export function isZeroBlock(block: Buffer, start: number): boolean {
  for (let at = start; at < start + 512; at++) if (block[at] !== 0) return false;
  return true;
}

const checksumAt = 148;

/** Unsigned and signed sums of the block with its checksum field read as blanks; old writers used either. */
export function hasValidChecksum(block: Buffer, start: number): boolean {
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let at = 0; at < 512; at++) {
    if (at === checksumAt) at += 8;
    const byte = block[start + at] ?? 0;
    unsigned += byte;
    if (byte & 0x80) high++;
  }
  const written = numberField(block, start + checksumAt, 8, 'checksum');
  return written === unsigned || written === unsigned - high * 256;
}
