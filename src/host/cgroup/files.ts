/** Small reads below a cgroup's folder. A group may vanish at any moment; absent is ''. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

export const isThere = (path: string): boolean => existsSync(path);

/** The folder and all below it, deepest first; empty where it is not there. */
export function groupsBelow(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    let entries: string[];
    try {
      entries = readFolder(path);
    } catch {
      return;
    }
    for (const name of entries) walk(join(path, name));
    found.push(path);
  };
  walk(folder);
  return found;
}

const readFolder = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
