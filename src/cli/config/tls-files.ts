import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsMaterial } from '../../client/transport/tls-material.ts';
import { systemCode } from '../../errors/minke-error.ts';
import { fileFailure } from '../files/failure.ts';
import { StatusError } from '../status-error.ts';
import type { ConnectionSettings } from './connection-settings.ts';

/** Reads a PEM file; a default that does not exist is no error, a named one is. */
function pem(path: string, named: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!named && systemCode(error) === 'ENOENT') return undefined;
    throw new StatusError(
      `Failed to initialize: unable to resolve docker endpoint: ${fileFailure(path, error).message}`,
      1,
    );
  }
}

/** The files that `--tls*`, DOCKER_CERT_PATH and the settings folder name. */
export function tlsFromFlags(settings: ConnectionSettings): TlsMaterial {
  const folder = settings.env.DOCKER_CERT_PATH || settings.configDirectory;
  const verify = settings.globals.tlsverify || (settings.env.DOCKER_TLS_VERIFY ?? '') !== '';
  const file = (flag: 'tlscacert' | 'tlscert' | 'tlskey', name: string): string | undefined =>
    pem(settings.globals[flag] || join(folder, name), settings.globals[flag] !== '');
  const cert = file('tlscert', 'cert.pem');
  const key = file('tlskey', 'key.pem');
  return { ca: verify ? file('tlscacert', 'ca.pem') : undefined, cert, key, verify };
}
