/**
 * File names are bytes, JavaScript strings are not. A byte that is no part of valid UTF-8 travels as a lone surrogate
 * U+DC80…U+DCFF (Python's PEP 383 does the same), so every name survives the way from a tar to the disk and back.
 */

const isAscii = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
  return true;
};

/** Length of the valid UTF-8 sequence at `at`, or 0. RFC 3629, section 4. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  if (length === 0 || at + length > end) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second >= 0xa0) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second >= 0x90) return 0;
  return length;
}

/** The name in `bytes[start, end)`. */
export function nameFromBytes(bytes: Buffer, start = 0, end = bytes.length): string {
  if (isAscii(bytes, start, end)) return bytes.toString('latin1', start, end);
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\ufffd')) return text;
  let name = '';
  for (let at = start; at < end; ) {
    const length = sequenceLength(bytes, at, end);
    if (length === 0) name += String.fromCharCode(0xdc00 + (bytes[at++] ?? 0));
    else {
      name += bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return name;
}

/** The bytes that `nameFromBytes` read. Lone surrogates outside U+DC80…U+DCFF become U+FFFD. */
export function nameToBytes(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** For C: the string itself, or NUL-terminated bytes where the name is no valid text. */
export const nameForKernel = (name: string): string | Buffer =>
  name.isWellFormed() ? name : Buffer.concat([nameToBytes(name), Buffer.of(0)]);

/** Length of the name on disk in bytes. */
export const nameLength = (name: string): number =>
  name.isWellFormed() ? Buffer.byteLength(name, 'utf8') : nameToBytes(name).length;
