/** Where the engine's files lie, and who may look in. */
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
