/** Which compression a stream opens with. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** Bytes that `detect` wants to see. */
export const magicLength = 6;

const magics: readonly [Compression, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);

/** RFC 8878, 3.1.2: a zstd stream may open with a skippable frame, 0x184D2A50…5F. */
const isSkippableFrame = (bytes: Uint8Array): boolean =>
  ((bytes[0] ?? 0) & 0xf0) === 0x50 && startsWith(bytes.subarray(1), [0x2a, 0x4d, 0x18]);

export const detect = (bytes: Uint8Array): Compression =>
  magics.find(([, magic]) => startsWith(bytes, magic))?.[0] ?? (isSkippableFrame(bytes) ? 'zstd' : 'none');
