import { readFileSync } from 'node:fs';
import { parseAddress } from '../../client/transport/address.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
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
  for (const key of options.keys())
    if (!known.includes(key)) throw new Error(`unrecognized config key: ${key}`);
  const from = options.get('from');
  if (from !== undefined) return endpointOf(cli, from);
  const tls = new Map<TlsFile, string>();
  for (const [key, file] of files) {
    const path = options.get(key);
    if (path === undefined) continue;
    try {
      tls.set(file, readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`unable to create docker endpoint config: ${messageOf(error)}`, { cause: error });
    }
  }
  const skip = options.get('skip-tls-verify') ?? 'false';
  if (!['true', 'false', '1', '0'].includes(skip))
    throw new Error(`invalid value for skip-tls-verify: ${skip}`);
  const host = options.get('host') ?? '';
  if (host !== '') parseAddress(host);
  return { host, skipTlsVerify: skip === 'true' || skip === '1', tls };
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
