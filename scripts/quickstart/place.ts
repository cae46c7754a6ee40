/** Where quickstart puts things, and what it remembers of what it did. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { NetworkBefore } from './network-traces.ts';

export const project = resolve(import.meta.dirname, '../..');
export const at = (path: string): string => join(project, path);

const folder = at('.cache/quickstart');
const memory = join(folder, 'done.json');

export const DOCKER_SOCKET = '/var/run/docker.sock';
/** Used where a live Docker holds the usual one. */
export const OWN_SOCKET = '/var/run/minke.sock';
export const DATA_ROOT = '/var/lib/minke';
export const EXEC_ROOT = '/var/run/minke';
export const PIDFILE = '/var/run/minke.pid';
export const LOG = '/var/log/minked.log';
export const CONTAINER = 'my-nginx';
export const IMAGE = 'nginx';

/** What undo has to take back. */
export interface Done {
  /** Socket of the daemon that quickstart started; absent: it found one running. */
  readonly socket?: string;
  /** Its default bridge, and the host's network before it came. */
  readonly bridge?: string;
  readonly network?: NetworkBefore;
  /** The data root was not there before. */
  readonly madeDataRoot: boolean;
  readonly madeImage: boolean;
  readonly madeContainer: boolean;
}

export const nothing: Done = { madeDataRoot: false, madeImage: false, madeContainer: false };

export function remembered(): Done {
  if (!existsSync(memory)) return nothing;
  const done: Done = JSON.parse(readFileSync(memory, 'utf8'));
  return done;
}

export function remember(done: Done): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(memory, JSON.stringify(done));
}

/** Debian packages that quickstart installed, as words. */
export function installedPackages(): string {
  const list = join(folder, 'packages');
  return existsSync(list) ? readFileSync(list, 'utf8').trim().replaceAll('\n', ' ') : '';
}

export const forget = (): void => rmSync(folder, { recursive: true, force: true });
