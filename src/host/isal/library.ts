/**
 * Intel's ISA-L, where the host has it (`libisal.so.2`): deflate several times as fast as zlib's, inflate twice. What
 * is called and where its members lie: igzip_lib.h of 2.30, the same in all that go by this name, on 64 bit.
 */
import koffi from 'koffi';

export interface Isal {
  readonly inflateInit: (state: Buffer) => void;
  readonly inflateReset: (state: Buffer) => void;
  /** Negative: the data are damaged. */
  readonly inflate: (state: Buffer) => number;
  readonly deflateInit: (stream: Buffer) => void;
  /** 0, or negative: wrongly called. */
  readonly deflate: (stream: Buffer) => number;
}

/** Null where there is no such library, or not all of it. */
export function openIsal(name = 'libisal.so.2'): Isal | null {
  try {
    const library = koffi.load(name);
    return {
      inflateInit: library.func('void isal_inflate_init(void *state)'),
      inflateReset: library.func('void isal_inflate_reset(void *state)'),
      inflate: library.func('int isal_inflate(void *state)'),
      deflateInit: library.func('void isal_deflate_init(void *stream)'),
      deflate: library.func('int isal_deflate(void *stream)'),
    };
  } catch {
    return null;
  }
}

/** The buffer must not be given away while C knows its address. */
export function putAddress(struct: Buffer, offset: number, to: Buffer): void {
  struct.writeBigUInt64LE(koffi.address(to), offset);
}
