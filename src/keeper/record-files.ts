/** The keeper's records, one JSON file each, written beside and renamed. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const unfinished = (path: string): string => `${path}.tmp`;

export function writeRecord(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(unfinished(path), JSON.stringify(value), { mode: 0o600 });
  renameSync(unfinished(path), path);
}

/** Paths of the records in a folder; what a keeper was writing when it was killed is removed. */
export function recordFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  for (const name of names) if (name.endsWith('.json.tmp')) rmSync(join(folder, name), { force: true });
  return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
}
