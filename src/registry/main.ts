/** `minke-registry`: reads the settings, serves, stops politely. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../errors/minke-error.ts';
import { LineLogger } from '../kit/log/logger.ts';
import { goArchitecture } from '../kit/platform/architecture.ts';
import { defaultConfig, parseConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { startFromConfig } from './embed.ts';
import { loadedLibraries, makeRegistryImage } from './image/make.ts';

const version = process.env.MINKE_VERSION ?? 'unknown';

const serveUsage = `Usage:  minke registry serve [OPTIONS]

Serve a registry of images (OCI distribution-spec 1.1)

Options:
      --check           Check the settings and exit
      --config string   File of settings (default "/etc/minke/registry.json" where it is there)
      --listen string   Address to listen at, HOST:PORT or unix:///path (default "127.0.0.1:5000")
      --root string     Folder to keep everything in

Signals: SIGHUP reads certificates anew, SIGUSR2 collects what nobody needs.
`;

const DEFAULT_FILE = '/etc/minke/registry.json';

const options = {
  check: { type: 'boolean' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  listen: { type: 'string' },
  root: { type: 'string' },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function settings(flags: Flags): Config {
  const path = flags.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const read = path === undefined ? defaultConfig() : parseConfig(readFileSync(path, 'utf8'), path);
  return {
    ...read,
    ...(flags.listen === undefined ? {} : { listen: flags.listen }),
    ...(flags.root === undefined ? {} : { storage: { filesystem: { root: resolve(flags.root) } } }),
  };
}

const untilSignal = (onReload: () => void, onCollect: () => void): Promise<NodeJS.Signals> =>
  new Promise((ended) => {
    process.on('SIGTERM', ended).on('SIGINT', ended).on('SIGHUP', onReload).on('SIGUSR2', onCollect);
  });

async function serve(config: Config): Promise<void> {
  const write = (line: string): void => void process.stderr.write(line);
  const registry = await startFromConfig(config, { version, write });
  const log = new LineLogger({ ...config.log, write });
  const complain = (what: string) => (error: unknown) => log.error(what, { error: messageOf(error) });
  const signal = await untilSignal(
    () => void registry.reload().catch(complain('the certificates stay as they are')),
    () => void registry.collect().catch(complain('a collection failed')),
  );
  log.info('the registry ends', { signal });
  await registry.close();
}

/** `minke-registry image TAG`: writes the image of this very program to standard output. */
async function writeImage(tag: string): Promise<void> {
  const source = {
    node: process.execPath,
    libraries: loadedLibraries(),
    program: fileURLToPath(import.meta.url),
    architecture: goArchitecture(process.arch),
    version,
  };
  await pipeline(await makeRegistryImage(source, tag), process.stdout);
}

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  let flags: Flags;
  try {
    const [word, tag, ...more] = argv;
    if (word === 'image' && tag !== undefined && more.length === 0) {
      await writeImage(tag);
      return 0;
    }
    flags = parseArgs({ args: [...argv], options, allowPositionals: false }).values;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nSee 'minke registry serve --help'.\n`);
    return 125;
  }
  if (flags.help) {
    process.stdout.write(serveUsage);
    return 0;
  }
  try {
    const config = settings(flags);
    if (flags.check) process.stdout.write('configuration OK\n');
    else await serve(config);
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}
