/**
 * Programs that bring commands of their own (Docker's CLI plugins): files `docker-NAME` that answer
 * `docker-cli-plugin-metadata` with JSON (cli-plugins/metadata of docker/cli).
 */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isObject, parseJson, text } from '../../client/json.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { pluginFolders } from './folders.ts';

export const metadataCommand = 'docker-cli-plugin-metadata';

/** What a plugin says of itself, under the names that it uses. */
export interface Metadata {
  readonly SchemaVersion: string;
  readonly Vendor: string;
  readonly Version: string;
  readonly ShortDescription: string;
  readonly URL: string;
}

export interface Plugin {
  readonly name: string;
  readonly path: string;
  readonly metadata: Metadata | undefined;
  /** Why it can't be used. */
  readonly problem: string | undefined;
  /** Files of the same name in later folders. */
  readonly shadowed: readonly string[];
}

const prefix = 'docker-';
const namePattern = /^[a-z][a-z0-9]*$/;
/** A plugin that does not answer must not hold up what asks for it. */
const patience = 10_000;

/** Paths of what may be plugins, by name. Nothing is run. */
function candidates(cli: Cli): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const folder of pluginFolders(cli)) {
    for (const file of filesOf(folder)) {
      const name = file.slice(prefix.length);
      found.set(name, [...(found.get(name) ?? []), join(folder, file)]);
    }
  }
  return found;
}

/** Folders that can't be read have none. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.startsWith(prefix) && isFile(join(folder, file)))
      .sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Why a file must not be run: others than its owner and root could have put anything there. */
function unsafe(path: string): string | undefined {
  const own = process.getuid?.() ?? 0;
  for (const checked of [path, dirname(path)]) {
    const { uid, mode } = statSync(checked);
    if ((uid !== 0 && uid !== own) || (mode & 0o002) !== 0) return `${checked} can be changed by other users`;
  }
  return undefined;
}

function parseMetadata(source: string): Metadata {
  const data = parseJson(source);
  if (!isObject(data)) throw new Error('not an object');
  return {
    SchemaVersion: text(data.SchemaVersion),
    Vendor: text(data.Vendor),
    Version: text(data.Version),
    ShortDescription: text(data.ShortDescription),
    URL: text(data.URL),
  };
}

function wrongWith({ SchemaVersion, Vendor }: Metadata): string | undefined {
  if (SchemaVersion === '') return 'plugin SchemaVersion version cannot be empty';
  const major = /^(\d+)\./.exec(SchemaVersion)?.[1];
  if (major === undefined)
    return `plugin SchemaVersion ${JSON.stringify(SchemaVersion)} has wrong format: must be <major>.<minor>.<patch>`;
  if (Number(major) > 1)
    return `plugin SchemaVersion ${JSON.stringify(SchemaVersion)} is not supported: must be lower than 2.0.0`;
  return Vendor === '' ? 'plugin metadata does not define a vendor' : undefined;
}

/** Asks a candidate what it is. */
async function read(cli: Cli, name: string, paths: readonly string[]): Promise<Plugin> {
  const [path = '', ...shadowed] = paths;
  const broken = (problem: string): Plugin => ({ name, path, metadata: undefined, problem, shadowed });
  if (!namePattern.test(name))
    return broken(
      `plugin candidate ${JSON.stringify(name)} did not match ${JSON.stringify(namePattern.source)}`,
    );
  if (cli.builtIn.has(name)) return broken(`plugin ${JSON.stringify(name)} duplicates builtin command`);
  try {
    const danger = unsafe(path);
    if (danger !== undefined) return broken(danger);
    const { stdout } = await promisify(execFile)(path, [metadataCommand], {
      env: cli.env,
      timeout: patience,
    });
    const metadata = parseMetadata(stdout);
    const problem = wrongWith(metadata);
    return problem === undefined ? { name, path, metadata, problem, shadowed } : broken(problem);
  } catch (error) {
    return broken(`failed to fetch metadata: ${messageOf(error).trim()}`);
  }
}

/** Names that plugins may be called by, with their paths; nothing is run. */
export const pluginNames = (cli: Cli): (readonly [name: string, path: string])[] =>
  [...candidates(cli)]
    .filter(([name]) => namePattern.test(name) && !cli.builtIn.has(name))
    .map(([name, [path = '']]) => [name, path] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The plugin of that name, usable or not; undefined where there is none. */
export async function findPlugin(cli: Cli, name: string): Promise<Plugin | undefined> {
  if (!namePattern.test(name)) return undefined;
  const paths = candidates(cli).get(name);
  return paths === undefined ? undefined : read(cli, name, paths);
}

/** All plugins by name, each asked what it is. */
export async function listPlugins(cli: Cli): Promise<Plugin[]> {
  const found = await Promise.all([...candidates(cli)].map(([name, paths]) => read(cli, name, paths)));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
