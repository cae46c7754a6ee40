import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../client/json.ts';
import { systemCode } from '../../errors/minke-error.ts';

/**
 * `config.json`. Kept as it was read: what this program does not know survives a rewrite. A missing file is an empty
 * one; a broken one is an error that names it.
 */
export class ConfigFile {
  readonly directory: string;
  readonly path: string;
  readonly data: JsonObject;

  private constructor(directory: string, data: JsonObject) {
    this.directory = directory;
    this.path = join(directory, 'config.json');
    this.data = data;
  }

  static load(directory: string): ConfigFile {
    const path = join(directory, 'config.json');
    let source: string;
    try {
      source = readFileSync(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR')
        return new ConfigFile(directory, {});
      throw new Error(`Error loading config file: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
    let data: Json;
    try {
      data = source.trim() === '' ? {} : JSON.parse(source);
    } catch (error) {
      throw new Error(
        `Error parsing config file (${path}): ${error instanceof Error ? error.message : error}`,
        { cause: error },
      );
    }
    if (!isObject(data)) throw new Error(`Error parsing config file (${path}): not a JSON object`);
    return new ConfigFile(directory, data);
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
