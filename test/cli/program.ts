import { join } from 'node:path';

/** How tests start the program: from its source, or the compiled file that MINKE_CLI names. */
export const program: readonly [string, ...string[]] =
  process.env.MINKE_CLI === undefined
    ? [process.execPath, join(import.meta.dirname, '..', '..', 'src', 'bin', 'minke.ts')]
    : [process.env.MINKE_CLI];
