import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JsonObject } from '../../client/json.ts';
import { systemCode } from '../../errors/minke-error.ts';
import type { ConfigFile } from './config-file.ts';

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}

/** Replaces `config.json` in one step, readable by its owner alone. A link stays, what it points at is written. */
export function saveConfig(config: ConfigFile, data: JsonObject): void {
  if (config.problem !== undefined)
    throw new Error(`${config.problem}: mend it first, it is not written over`);
  mkdirSync(config.directory, { recursive: true, mode: 0o700 });
  const path = real(config.path);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(data, undefined, '\t')}`, { mode: 0o600, flag: 'wx' });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(
      `cannot write settings below ${dirname(path)}: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}
