import type { Output } from '../lines/output.ts';

const hex = Buffer.from('0123456789abcdef', 'latin1');
const replacement = Buffer.from('\\ufffd', 'latin1');

/** 1: as it is; 0: escaped; 2: begins a sequence of UTF-8. Go's encoding/json escapes <, > and & too. */
const kinds = new Uint8Array(256);
for (let byte = 0x20; byte < 0x80; byte += 1) kinds[byte] = 1;
for (const char of '"\\<>&') kinds[char.charCodeAt(0)] = 0;
kinds.fill(2, 0x80);

/** Length of the UTF-8 sequence at `at`, 0 where it is none (Unicode 15, table 3-7). */
function sequenceLength(data: Buffer, at: number, end: number): number {
  const first = data[at] ?? 0;
  const second = at + 1 < end ? (data[at + 1] ?? 0) : 0;
  const follows = (offset: number) => at + offset < end && ((data[at + offset] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/**
 * Appends `data[start…end)` as the inside of a JSON string, in the same bytes as Docker's json-file: what is no UTF-8
 * becomes `\ufffd` byte by byte.
 */
export function appendJsonText(out: Output, data: Buffer, start: number, end: number): void {
  out.reserve((end - start) * 6);
  const target = out.bytes;
  let to = out.length;
  let at = start;
  while (at < end) {
    const byte = data[at] ?? 0;
    const kind = kinds[byte];
    if (kind === 1) {
      target[to] = byte;
      to += 1;
      at += 1;
    } else if (kind === 0) {
      to = escaped(target, to, byte);
      at += 1;
    } else {
      const length = sequenceLength(data, at, end);
      if (length === 0) {
        target.set(replacement, to);
        to += 6;
        at += 1;
      } else if (
        length === 3 &&
        byte === 0xe2 &&
        data[at + 1] === 0x80 &&
        ((data[at + 2] ?? 0) & 0xfe) === 0xa8
      ) {
        // U+2028 and U+2029, which JavaScript once took for line ends.
        to = unicode(target, to, 0x20, (data[at + 2] ?? 0) - 0x80);
        at += 3;
      } else {
        for (let i = 0; i < length; i += 1) target[to + i] = data[at + i] ?? 0;
        to += length;
        at += length;
      }
    }
  }
  out.length = to;
}

function escaped(target: Buffer, to: number, byte: number): number {
  const short = byte === 10 ? 110 : byte === 13 ? 114 : byte === 34 || byte === 92 ? byte : 0;
  if (short === 0) return unicode(target, to, 0, byte);
  target[to] = 92;
  target[to + 1] = short;
  return to + 2;
}

function unicode(target: Buffer, to: number, high: number, low: number): number {
  target[to] = 92;
  target[to + 1] = 117;
  target[to + 2] = hex[high >> 4] ?? 0;
  target[to + 3] = hex[high & 15] ?? 0;
  target[to + 4] = hex[low >> 4] ?? 0;
  target[to + 5] = hex[low & 15] ?? 0;
  return to + 6;
}
