import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Body } from '../../client/http/body.ts';
import type { Cli } from '../cli.ts';
import { counted } from '../progress/transfer.ts';

/** Refuses places that a file can't be written to, before anything is asked of the daemon. */
export function checkOutputPath(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new Error(`invalid output path: stat ${folder}: no such file or directory`);
  if (!existsSync(path)) return;
  const found = statSync(path);
  if (found.isDirectory())
    throw new Error(`invalid output path: ${JSON.stringify(path)} must be a regular file`);
}

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

/** To a file, or to standard output where that is no terminal. */
export async function deliver(
  cli: Cli,
  path: string,
  open: () => Promise<{ readonly body: Body }>,
): Promise<void> {
  if (path === '' && cli.out.isTerminal)
    throw new Error('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  if (path !== '') checkOutputPath(path);
  const { body } = await open();
  if (path !== '') await bodyToFile(counted(cli.err, 'Saving', body), path);
  else for await (const chunk of body) cli.out.raw(chunk);
}
