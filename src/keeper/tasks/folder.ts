import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { conflict, messageOf, systemCode } from '../../errors/minke-error.ts';
import { makeFifo } from '../../host/pipe/fifo.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import { type TaskLayout, taskLayout } from '../layout.ts';
import { type Launched, LaunchedSchema } from '../schema.ts';
import { sendControl } from './control.ts';
import { removableWithoutShim } from './shim-alive.ts';
import { parseShimRecord, type ShimRecord } from './shim-record.ts';

/** Makes a task's folder with what the shim expects in it. */
export function makeTaskFolder(folder: string, launched: Launched): TaskLayout {
  const paths = taskLayout(folder);
  const { task } = launched;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw conflict(`task ${task.id} is there already`);
    throw error;
  }
  try {
    const fifos = [paths.control, paths.status, paths.stdout, paths.stderr];
    if (task.openStdin) fifos.push(paths.stdin);
    if (task.log.driver !== 'none') fifos.push(paths.held);
    for (const path of fifos) makeFifo(path);
    // By rename: a keeper that comes upon a folder without it knows that nothing was started.
    writeFileSync(`${paths.spec}.tmp`, JSON.stringify(launched), { mode: 0o600 });
    renameSync(`${paths.spec}.tmp`, paths.spec);
    return paths;
  } catch (error) {
    removeTaskFolder(folder);
    throw error;
  }
}

export const removeTaskFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** The folders that an earlier keeper left, with what was launched there; those without a whole spec are removed. */
export function findTaskFolders(tasks: string): { paths: TaskLayout; launched: Launched }[] {
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((name) => {
    const paths = taskLayout(join(tasks, name));
    try {
      return [{ paths, launched: v.parse(LaunchedSchema, JSON.parse(readFileSync(paths.spec, 'utf8'))) }];
    } catch (error) {
      if (systemCode(error) === 'ENOENT') removeTaskFolder(paths.folder);
      else {
        writeStandardError(`${paths.spec}: ${messageOf(error)}\n`);
        discardUnknown(paths);
      }
      return [];
    }
  });
}

/**
 * Removes the folder of a task that could not be taken over, as its files were damaged, once nothing lives in it: its
 * process has ended, of which its shim is let go, or there is no shim any more. Else it stays, and its id with it.
 */
export function discardUnknown(paths: TaskLayout): void {
  const over = existsSync(paths.exit) || existsSync(paths.failed);
  if (over) sendControl(paths.control, { verb: 'acknowledge' });
  if (over || removableWithoutShim(paths.status)) removeTaskFolder(paths.folder);
}

/** A record that the shim wrote; `undefined` where it has not. */
export function readShimRecord(path: string): ShimRecord | undefined {
  try {
    return parseShimRecord(readFileSync(path, 'latin1').trimEnd());
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
