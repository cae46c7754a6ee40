/**
 * The C library by FFI. Every binding of the engine is made through `bind` or `bindAsync`, so a failed call always
 * becomes a `SystemError` with the errno's name in `code`, as Node's own file calls throw.
 */
import koffi from 'koffi';

const libc = koffi.load(null);

const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));

/** A failed kernel call. `code` is `ENOENT`, `EPERM`, …; `errno` positive. */
export class SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number, subject?: string) {
    const code = names.get(errno) ?? `errno ${errno}`;
    super(`${syscall}${subject === undefined ? '' : ` ${subject}`}: ${code}`);
    this.name = 'SystemError';
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** What may be handed to C: numbers, strings (NUL-terminated), buffers (by address), null. */
export type CArgument =
  | number
  | bigint
  | string
  | null
  | Uint8Array
  | BigInt64Array
  | BigUint64Array
  | readonly (string | null)[];

/**
 * Binds one C function, e.g. `bind<[number, Buffer], number>('int pipe2(int *fds, int flags)')`. The result is handed
 * back as C gave it; `checked` throws on -1.
 */
export function bind<Arguments extends readonly CArgument[], Result extends number | bigint | string | null>(
  definition: string,
): (...args: Arguments) => Result {
  return libc.func(definition);
}

/** errno of the call just made on this thread. */
export const lastErrno = (): number => koffi.errno();

/** Binds a C function whose result is -1 on failure (errno set); failures throw SystemError. */
export function bindChecked<Arguments extends readonly CArgument[]>(
  definition: string,
): (...args: Arguments) => number {
  const call = libc.func(definition);
  const name = call.info.name;
  return (...args) => {
    const result: number = call(...args);
    if (result === -1) throw new SystemError(name, koffi.errno());
    return result;
  };
}

/**
 * As `bindChecked`, for calls that can take long: made on a thread of libuv's pool, so the caller's thread goes on.
 * Arguments must stay as they are until the promise is settled.
 */
export function bindAsync<Arguments extends readonly CArgument[]>(
  definition: string,
): (...args: Arguments) => Promise<number> {
  const call = libc.func(definition);
  const name = call.info.name;
  return (...args) =>
    new Promise((resolve, reject) => {
      call.async(...args, (error: Error | null, result: number) => {
        if (error !== null) reject(error);
        else if (result === -1) reject(new SystemError(name, koffi.errno()));
        else resolve(result);
      });
    });
}
