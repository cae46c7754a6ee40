import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bool, isObject, type Json, type JsonObject, object, text } from '../../client/json.ts';
import { systemCode } from '../../errors/minke-error.ts';

/** A context as `meta.json` keeps it. */
export interface StoredContext {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly skipTlsVerify: boolean;
  /** All of its metadata as it was read: other programs keep things there too. */
  readonly others?: JsonObject;
}

export type TlsFile = 'ca.pem' | 'cert.pem' | 'key.pem';
export const tlsFiles: readonly TlsFile[] = ['ca.pem', 'cert.pem', 'key.pem'];

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

export class ContextNotFound extends Error {}

/** Throws with Docker's words for a name that can't be a context's. */
export function checkContextName(name: string): void {
  if (name === '') throw new Error('context name cannot be empty');
  if (name === 'default') throw new Error('"default" is a reserved context name');
  if (!namePattern.test(name))
    throw new Error(
      `context name "${name}" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`,
    );
}

const folderOf = (name: string): string => createHash('sha256').update(name).digest('hex');

/** Contexts below `<settings>/contexts`, laid out as Docker's: `meta/<sha256 of the name>`, `tls/<…>/docker`. */
export class ContextStore {
  readonly #root: string;

  constructor(configDirectory: string) {
    this.#root = join(configDirectory, 'contexts');
  }

  metaFolder(name: string): string {
    return join(this.#root, 'meta', folderOf(name));
  }

  tlsFolder(name: string): string {
    return join(this.#root, 'tls', folderOf(name));
  }

  list(): StoredContext[] {
    let names: string[];
    try {
      names = readdirSync(join(this.#root, 'meta'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw error;
    }
    return names
      .map((folder) => readMeta(join(this.#root, 'meta', folder, 'meta.json')))
      .filter((context) => context !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): StoredContext {
    const path = join(this.metaFolder(name), 'meta.json');
    const context = readMeta(path);
    if (context === undefined)
      throw new ContextNotFound(
        `context "${name}": context not found: open ${path}: no such file or directory`,
      );
    return context;
  }

  has(name: string): boolean {
    return readMeta(join(this.metaFolder(name), 'meta.json')) !== undefined;
  }

  /** PEM text of a context's endpoint. */
  tls(name: string, file: TlsFile): string | undefined {
    try {
      return readFileSync(join(this.tlsFolder(name), 'docker', file), 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  put(context: StoredContext): void {
    const folder = this.metaFolder(context.name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'meta.json'), JSON.stringify(metaOf(context)), { mode: 0o644 });
  }

  putTls(name: string, files: ReadonlyMap<TlsFile, string>): void {
    rmSync(this.tlsFolder(name), { recursive: true, force: true });
    if (files.size === 0) return;
    const folder = join(this.tlsFolder(name), 'docker');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [file, pem] of files) {
      const path = join(folder, file);
      writeFileSync(path, pem, { mode: 0o600 });
      chmodSync(path, 0o600);
    }
  }

  remove(name: string): void {
    rmSync(this.metaFolder(name), { recursive: true, force: true });
    rmSync(this.tlsFolder(name), { recursive: true, force: true });
  }
}

/** What `meta.json` says of a context. Fields of other programs stay. */
export function metaOf({ name, description, host, skipTlsVerify, others }: StoredContext): JsonObject {
  const { Description: _before, ...metadata } = object(others?.Metadata);
  return {
    ...others,
    Name: name,
    Metadata: description === '' ? metadata : { ...metadata, Description: description },
    Endpoints: { ...object(others?.Endpoints), docker: { Host: host, SkipTLSVerify: skipTlsVerify } },
  };
}

function readMeta(path: string): StoredContext | undefined {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  let meta: Json;
  try {
    meta = JSON.parse(source);
  } catch (error) {
    throw new Error(`cannot read context ${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  if (!isObject(meta)) throw new Error(`cannot read context ${path}: not an object`);
  const docker = object(object(meta.Endpoints).docker);
  return {
    name: text(meta.Name),
    description: text(object(meta.Metadata).Description),
    host: text(docker.Host),
    skipTlsVerify: bool(docker.SkipTLSVerify),
    others: meta,
  };
}
