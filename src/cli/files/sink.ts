import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, lstatSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Body } from '../../client/http/body.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { counted } from '../progress/transfer.ts';

/** Refuses places that a file can't be written to, before anything is asked of the daemon. */
export function checkOutputPath(path: string): void {
  const folder = dirname(path);
  if (statOf(folder)?.isDirectory() !== true) {
    const reason = statOf(folder) === undefined ? 'no such file or directory' : 'not a directory';
    throw new Error(`invalid output path: stat ${folder}: ${reason}`);
  }
  if (statOf(path)?.isDirectory()) throw new Error('cannot write to a directory');
}

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** Writes a body to a file, which appears whole or not at all; a device or pipe is written to directly. */
export async function bodyToFile(body: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const special = existsSync(path) && !lstatSync(path).isFile();
  const target = special ? path : `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const file = createWriteStream(target, special ? {} : { flags: 'wx', mode: 0o600 });
  try {
    for await (const chunk of body) if (!file.write(chunk)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    if (!special) renameSync(target, path);
  } catch (error) {
    file.destroy();
    if (!special) rmSync(target, { force: true });
    throw error;
  }
}

/**
 * To a file, or to standard output where that is no terminal.
 * @param failed what is said before the reason where the file can't be written: `failed to save image`
 */
export async function deliver(
  cli: Cli,
  path: string,
  failed: string,
  open: () => Promise<{ readonly body: Body }>,
): Promise<void> {
  if (path === '' && cli.out.isTerminal)
    throw new Error('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  try {
    if (path !== '') checkOutputPath(path);
  } catch (error) {
    throw new Error(`${failed}: ${messageOf(error)}`, { cause: error });
  }
  const { body } = await open();
  if (path !== '') await bodyToFile(counted(cli.err, 'Saving', body), path);
  else for await (const chunk of body) cli.out.raw(chunk);
}
