/** A registry in a process of its own, from the sources; it can be killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { until } from '../until.ts';
import { type Ask, asker } from './ask.ts';

const program = resolve(import.meta.dirname, '../../../src/bin/minke-registry.ts');

export interface ProcessOptions {
  /** Folder that it keeps everything in. */
  readonly root: string;
  /** More settings, as in the file. */
  readonly config?: object;
  /** Default: a free port of 127.0.0.1. */
  readonly listen?: string;
  /** Program and flags in front of Node's, e.g. to run it in another network namespace. */
  readonly behind?: readonly string[];
}

export interface RegistryProcess {
  readonly address: string;
  readonly pid: number;
  readonly ask: Ask;
  /** What it logged so far. */
  log(): string;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

export async function startRegistryProcess(options: ProcessOptions): Promise<RegistryProcess> {
  await mkdir(options.root, { recursive: true });
  const file = join(options.root, '..', `${options.root.split('/').at(-1)}.json`);
  await writeFile(file, JSON.stringify(options.config ?? {}));
  const [first = process.execPath, ...more] = [...(options.behind ?? []), process.execPath];
  const child = spawn(
    first,
    [...more, program, '--config', file, '--root', options.root, '--listen', options.listen ?? '127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (bytes: Buffer) => {
    log = (log + bytes.toString()).slice(-200_000);
  });
  const address = await until('the registry to listen', () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the registry ended:\n${log}`);
    return /registry listens" address=(\S+)/.exec(log)?.[1];
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const { ask, close } = asker(address);
  return {
    address,
    pid: child.pid ?? 0,
    ask,
    log: () => log,
    async end(signal = 'SIGTERM') {
      close();
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}
