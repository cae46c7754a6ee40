import { flushCompileCache } from 'node:module';

/** Milliseconds: by then a program has compiled what it needs to start, and has nothing else to do. */
const quiet = 5_000;

/**
 * Writes down what V8 has compiled so far, where Node was told to keep it (`NODE_COMPILE_CACHE`), so that the next start
 * need not compile it again. Node itself does so only at a polite end.
 */
export function keepCompiledCode(): void {
  setTimeout(flushCompileCache, quiet).unref();
}
