import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../client/json.ts';
import { messageOf, systemCode } from '../../errors/minke-error.ts';

/**
 * `config.json`. Kept as it was read: what this program does not know survives a rewrite. A missing file is an empty
 * one. So is a broken one, which has a problem to tell and is never written over.
 */
export class ConfigFile {
  readonly directory: string;
  readonly path: string;
  readonly data: JsonObject;

  /** Why the file could not be read. */
  readonly problem?: string;

  private constructor(directory: string, data: JsonObject, problem?: string) {
    this.directory = directory;
    this.path = join(directory, 'config.json');
    this.data = data;
    if (problem !== undefined) this.problem = problem;
  }

  static load(directory: string): ConfigFile {
    const path = join(directory, 'config.json');
    const broken = (why: string): ConfigFile =>
      new ConfigFile(directory, {}, `Error parsing config file (${path}): ${why}`);
    let source: string;
    try {
      source = readFileSync(path, 'utf8');
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return new ConfigFile(directory, {});
      return broken(code === 'EISDIR' ? `read ${path}: is a directory` : messageOf(error));
    }
    let data: Json;
    try {
      data = source.trim() === '' ? {} : JSON.parse(source);
    } catch (error) {
      return broken(messageOf(error));
    }
    return isObject(data) ? new ConfigFile(directory, data) : broken('not a JSON object');
  }

  /** A string setting; empty and absent are the same. */
  text(key: string): string | undefined {
    const value = this.data[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** An object of strings (`HttpHeaders`, `credHelpers`); other values are left out. */
  texts(key: string): Record<string, string> {
    const value = this.data[key];
    const made: Record<string, string> = {};
    if (isObject(value))
      for (const [name, item] of Object.entries(value)) if (typeof item === 'string') made[name] = item;
    return made;
  }

  object(key: string): JsonObject {
    const value = this.data[key];
    return isObject(value) ? value : {};
  }
}
