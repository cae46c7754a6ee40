/** What lies in `certs.d/<registry>/`: CAs (`*.crt`), client certificates (`*.cert` with `*.key`), `hosts.toml`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { internal, invalid, messageOf, systemCode } from '../../../errors/minke-error.ts';
import { type HostEntry, type HostsFile, parseHostsFile } from './hosts-toml.ts';
import type { TlsMaterial } from './transport.ts';

export interface CertsFolder {
  readonly tls: Omit<TlsMaterial, 'verify'>;
  readonly hosts?: HostsFile;
}

const MAX_HOSTS = 1 << 20;

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw internal(`could not read ${path}: ${systemCode(error) ?? messageOf(error)}`, error);
  });

async function names(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw internal(`could not read ${folder}: ${systemCode(error)}`, error);
  }
}

async function certificates(folder: string, files: readonly string[]): Promise<CertsFolder['tls']> {
  const ca: string[] = [];
  const clients: { cert: string; key: string }[] = [];
  for (const name of files) {
    if (name.endsWith('.crt')) ca.push(await read(join(folder, name)));
    if (name.endsWith('.cert')) {
      const key = `${name.slice(0, -5)}.key`;
      if (!files.includes(key)) throw invalid(`missing key ${key} for client certificate ${name}`);
      clients.push({ cert: await read(join(folder, name)), key: await read(join(folder, key)) });
    }
    if (name.endsWith('.key') && !files.includes(`${name.slice(0, -4)}.cert`))
      throw invalid(`missing client certificate ${name.slice(0, -4)}.cert for key ${name}`);
  }
  return { ca, clients };
}

/** Certificates that an entry of `hosts.toml` names. */
export async function entryTls(entry: HostEntry): Promise<TlsMaterial> {
  const clients: { cert: string; key: string }[] = [];
  for (const [cert, key] of entry.client) clients.push({ cert: await read(cert), key: await read(key) });
  return { ca: await Promise.all(entry.ca.map(read)), clients, verify: !entry.skipVerify };
}

/**
 * Nothing where there is no such folder.
 * @param domain `host[:port]`, by the grammar of references: one path component
 */
export async function readCertsFolder(root: string, domain: string): Promise<CertsFolder> {
  for (const name of [domain, domain.replace(/:(\d+)$/, '_$1_'), '_default']) {
    const folder = join(root, name);
    const files = await names(folder);
    // `_default` is for the addresses of all registries; certificates belong to one.
    if (files === null || (name === '_default' && !files.includes('hosts.toml'))) continue;
    const tls = name === '_default' ? { ca: [], clients: [] } : await certificates(folder, files);
    if (!files.includes('hosts.toml')) return { tls };
    const path = join(folder, 'hosts.toml');
    const text = await read(path);
    if (text.length > MAX_HOSTS) throw invalid(`${path} is larger than ${MAX_HOSTS} bytes`);
    try {
      return { tls, hosts: parseHostsFile(text, folder) };
    } catch (error) {
      throw invalid(`${path}: ${messageOf(error)}`, error);
    }
  }
  return { tls: { ca: [], clients: [] } };
}
