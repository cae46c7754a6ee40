/** Where the engine's files lie, and who may look in. */
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newEngineId } from '../services/system/info.ts';

/** Files that the build made, found from where this program lies: `dist/minked.mjs` or, from source, `src/daemon/`. */
export interface ProgramFiles {
  readonly keeper: string;
  readonly namespaceThread: URL;
  readonly archiveThread: URL;
  readonly shim: string;
  readonly proxy: string;
  readonly init: string;
}

export function programFiles(self: string = import.meta.url): ProgramFiles {
  const built = self.endsWith('.mjs');
  const at = (builtPath: string, sourcePath: string): URL => new URL(built ? builtPath : sourcePath, self);
  const bin = (name: string): string => fileURLToPath(at(`../bin/${name}`, `../../bin/${name}`));
  return {
    keeper: fileURLToPath(at('./keeper.mjs', '../keeper/main.ts')),
    namespaceThread: at('./netns-worker.mjs', '../host/netns/worker.ts'),
    archiveThread: at('./archive-worker.mjs', '../host/archive/worker.ts'),
    shim: bin('minke-shim'),
    proxy: bin('minke-proxy'),
    init: bin('minke-init'),
  };
}

/** Makes a root folder and closes it to other users, also where it was there before (CVE-2021-41091). */
export function prepareRoot(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o710 });
  chmodSync(path, 0o710);
  return realpathSync(path);
}

/** The engine's id: made at the first start, the same for ever after. */
export function engineId(dataRoot: string): string {
  const path = join(dataRoot, 'engine-id');
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (/^[0-9a-f-]{36}$/.test(id)) return id;
  } catch {
    // The first start.
  }
  const id = newEngineId();
  writeFileSync(`${path}.tmp`, `${id}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
  return id;
}
