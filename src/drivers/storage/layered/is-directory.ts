import { lstatSync } from 'node:fs';

/** Whether a directory is there, and not a link to one. */
export const isDirectory = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
