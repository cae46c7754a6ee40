import { notFound } from '../../../errors/minke-error.ts';
import type { PinnedPath, Rootfs } from '../contract.ts';

/** The double for unit tests: one tree for all roots. */
export class MemoryRootfs implements Rootfs {
  readonly files = new Map<string, string>();
  readonly folders = new Set<string>(['/']);
  pinned = 0;

  readText(_root: string, path: string): string {
    return this.files.get(path) ?? '';
  }

  kind(_root: string, path: string): 'directory' | 'file' | null {
    if (this.folders.has(path)) return 'directory';
    return this.files.has(path) ? 'file' : null;
  }

  folderMode(_root: string, path: string): number | null {
    return this.folders.has(path) ? 0o750 : null;
  }

  resolve(_root: string, path: string): string {
    return path;
  }

  secureMountPoints(): void {}

  makeFolder(_root: string, path: string): void {
    this.folders.add(path);
  }

  isEmpty(): boolean {
    return true;
  }

  copyOwner(): void {}

  pin(root: string, path: string): PinnedPath {
    if (path.includes('missing')) throw notFound(`cannot access path ${root}/${path}`);
    this.pinned++;
    return { path: `${root}/${path}`, release: () => this.pinned-- };
  }
}
