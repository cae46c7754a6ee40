import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { parseAddress } from '../../client/transport/address.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { fileFailure } from '../files/failure.ts';
import { getContext } from './context-list.ts';
import { ContextStore, type TlsFile, tlsFiles } from './context-store.ts';

export interface DockerEndpoint {
  readonly host: string;
  readonly skipTlsVerify: boolean;
  readonly tls: ReadonlyMap<TlsFile, string>;
}

const known = ['from', 'host', 'ca', 'cert', 'key', 'skip-tls-verify'];
const files: readonly (readonly [string, TlsFile])[] = [
  ['ca', 'ca.pem'],
  ['cert', 'cert.pem'],
  ['key', 'key.pem'],
];

/** `--docker host=…,ca=…,cert=…,key=…,skip-tls-verify=…` or `from=NAME`. */
export function dockerEndpoint(cli: Cli, options: ReadonlyMap<string, string>): DockerEndpoint {
  try {
    return endpointFrom(cli, options);
  } catch (error) {
    throw new Error(`unable to create docker endpoint config: ${messageOf(error)}`, { cause: error });
  }
}

function endpointFrom(cli: Cli, options: ReadonlyMap<string, string>): DockerEndpoint {
  for (const key of options.keys())
    if (!known.includes(key)) throw new Error(`unrecognized config key: ${key}`);
  const from = options.get('from');
  if (from !== undefined) return endpointOf(cli, from);
  const tls = new Map<TlsFile, string>();
  for (const [key, file] of files) {
    const path = options.get(key);
    if (path !== undefined) tls.set(file, read(path));
  }
  const skipTlsVerify = booleanOf('skip-tls-verify', options.get('skip-tls-verify') ?? '');
  const host = options.get('host') ?? '';
  checked('invalid docker endpoint options', () => checkTls(tls));
  if (host !== '') checked('unable to apply docker endpoint options', () => parseAddress(host));
  return { host, skipTlsVerify, tls };
}

function checked(words: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new Error(`${words}: ${messageOf(error)}`, { cause: error });
  }
}

/** As Go reads one; nothing is false. */
function booleanOf(key: string, text: string): boolean {
  if (['', '0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  throw new Error(`${key}: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** What is no certificate, or no key to it, is found now and not when the daemon is far away. */
function checkTls(tls: ReadonlyMap<TlsFile, string>): void {
  const [ca, cert, key] = tlsFiles.map((file) => tls.get(file));
  if (ca !== undefined && !isCertificate(ca))
    throw new Error('failed to retrieve context tls info: ca.pem seems invalid');
  if (cert === undefined || key === undefined) return;
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error(`failed to retrieve context tls info: ${messageOf(error)}`, { cause: error });
  }
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

export function endpointOf(cli: Cli, name: string): DockerEndpoint {
  const context = getContext(cli, name);
  const store = new ContextStore(cli.configDirectory);
  const tls = new Map<TlsFile, string>();
  if (name !== 'default')
    for (const file of tlsFiles) {
      const pem = store.tls(name, file);
      if (pem !== undefined) tls.set(file, pem);
    }
  return { host: context.host, skipTlsVerify: context.skipTlsVerify, tls };
}
