import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The command line of the registry's own program: it runs on Node, beside this one.
 * @throws Error where it is not there
 */
export function registryProgram(): readonly string[] {
  const beside = join(dirname(realpathSync(process.execPath)), 'minke-registry');
  if (existsSync(beside)) return [beside];
  const source = fileURLToPath(new URL('../../bin/minke-registry.ts', import.meta.url));
  if (existsSync(source)) return [process.execPath, source];
  throw new Error(`the registry's program is missing: ${beside}`);
}
