import { bind } from '../ffi/libc.ts';

/** glibc's alone; others have no such call. */
function trimCall(): ((keep: number) => number) | null {
  try {
    return bind<[number], number>('int malloc_trim(size_t keep)');
  } catch {
    return null;
  }
}

const trim = trimCall();

/** Gives the kernel back what was freed: the C library keeps it, most of all what ended threads had. */
export function trimMemory(): void {
  trim?.(0);
}
