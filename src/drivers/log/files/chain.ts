import { existsSync, renameSync, rmSync } from 'node:fs';

/** The chain's files by age: 0 is the current one. `.gz` where it is compressed. */
export const rotatedPath = (path: string, age: number, gz = false): string =>
  `${path}${age === 0 ? '' : `.${age}`}${gz ? '.gz' : ''}`;

/** Which form of a rotated file is there. While it is being compressed both are; the plain one is whole. */
export function rotatedForm(path: string, age: number): 'plain' | 'gz' | undefined {
  if (existsSync(rotatedPath(path, age))) return 'plain';
  if (existsSync(rotatedPath(path, age, true))) return 'gz';
  return undefined;
}

/**
 * Makes room at `<path>.1` in a chain of `maxFiles` files (at least 2), the current one counted: up to the first gap
 * every file grows older by one. The oldest goes only where there is no gap; so a rotation that was cut short and is
 * done again loses nothing.
 */
export function shiftChain(path: string, maxFiles: number): void {
  let gap = 1;
  while (gap < maxFiles && rotatedForm(path, gap) !== undefined) gap += 1;
  if (gap === maxFiles) {
    gap = maxFiles - 1;
    remove(path, gap);
  }
  for (let age = gap; age > 1; age -= 1) {
    const form = rotatedForm(path, age - 1);
    if (form === undefined) continue;
    remove(path, age);
    renameSync(rotatedPath(path, age - 1, form === 'gz'), rotatedPath(path, age, form === 'gz'));
  }
}

function remove(path: string, age: number): void {
  rmSync(rotatedPath(path, age), { force: true });
  rmSync(rotatedPath(path, age, true), { force: true });
}
