/** Checks of `Config` that need nothing but itself. */
import { posix } from 'node:path';
import { invalid } from '../../../errors/minke-error.ts';
import type { ConfigBody, HealthConfigBody } from '../../../wire/containers/config.ts';
import { parseUser } from '../spec/users.ts';
import { checkPlainText } from './control-characters.ts';
import { parseSignal } from './signals.ts';

/** HOST_NAME_MAX of the kernel. */
const HOSTNAME_BYTES = 64;
/** Healthcheck times are nanoseconds. */
const MILLISECOND = 1_000_000;

/** A folder in which a container may start. @throws invalid */
export function checkWorkingDirectory(path: string): string {
  if (path === '') return '';
  if (!path.startsWith('/')) {
    throw invalid(`the working directory '${path}' is invalid, it needs to be an absolute path`);
  }
  if (path.includes('\0')) throw invalid('the working directory is invalid');
  const clean = posix.normalize(path).replace(/(.)\/$/, '$1');
  // Descriptors of the runtime would be reachable there (CVE-2024-21626).
  if (/^\/(proc|dev\/fd)(\/|$)/.test(clean)) {
    throw invalid(`the working directory '${path}' is invalid, it must not be below /proc or /dev/fd`);
  }
  return clean;
}

function checkHealth(health: HealthConfigBody | null | undefined): void {
  if (health === null || health === undefined) return;
  const times = [
    ['Interval', health.Interval],
    ['Timeout', health.Timeout],
    ['StartPeriod', health.StartPeriod],
    ['StartInterval', health.StartInterval],
  ] as const;
  for (const [name, value] of times) {
    if (value !== 0 && value < MILLISECOND) throw invalid(`${name} in Healthcheck cannot be less than 1ms`);
  }
  if (health.Retries < 0) throw invalid('Retries in Healthcheck cannot be negative');
}

const portPattern = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i;

/** Answers it with paths in their plain form. @throws invalid */
export function checkConfig(config: ConfigBody): ConfigBody {
  const workingDir = checkWorkingDirectory(config.WorkingDir);
  if (config.StopSignal !== '') parseSignal(config.StopSignal);
  for (const entry of config.Env ?? []) {
    if (entry === '' || entry.startsWith('=')) throw invalid(`invalid environment variable: ${entry}`);
    if (entry.includes('\0')) throw invalid('invalid environment variable: it holds a NUL character');
    if (entry.startsWith('HOME=')) checkPlainText('environment variable HOME', entry);
  }
  checkHealth(config.Healthcheck);
  if (Buffer.byteLength(config.Hostname) > HOSTNAME_BYTES) {
    const shown = JSON.stringify(config.Hostname);
    throw invalid(`hostname ${shown} is too long (maximum ${HOSTNAME_BYTES} bytes)`);
  }
  checkPlainText('hostname', config.Hostname);
  checkPlainText('domainname', config.Domainname);
  if (/\s/.test(config.Hostname)) throw invalid('invalid hostname: it must not hold blanks');
  parseUser(config.User);
  for (const port of Object.keys(config.ExposedPorts ?? {})) {
    if (!portPattern.test(port)) throw invalid(`invalid port specification: ${JSON.stringify(port)}`);
  }
  for (const word of [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])]) {
    if (word.includes('\0')) throw invalid('invalid command: it holds a NUL character');
  }
  return { ...config, WorkingDir: workingDir };
}
