import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { messageOf } from '../../errors/minke-error.ts';
import { type Child, startChild } from '../../host/process/posix/child.ts';
import { systemPath } from '../../host/process/posix/find-program.ts';
import { moveAside } from '../../host/tree/move-aside.ts';
import { keeperLayout } from '../layout.ts';

export interface KeeperProgram {
  /** Absolute path of Node. */
  readonly node: string;
  /** The keeper's bundle, or `keeper/main.ts`. */
  readonly script: string;
  /** minke-shim. */
  readonly shim: string;
  /** minke-proxy. */
  readonly proxy: string;
}

/**
 * The keeper's lasting state is a few kilobytes a task; young space is what grows with traffic. Without V8's own
 * threads it has four instead of seven, and some 2 MB less. Measured idle: 13 MB of its own, Node's text apart.
 */
const nodeFlags = [
  '--max-semi-space-size=1',
  '--max-old-space-size=256',
  '--v8-pool-size=0',
  '--no-warnings',
];

/** Where Node keeps compiled code, if our own does. */
const { NODE_COMPILE_CACHE: cache } = process.env;
const compiled: Readonly<Record<string, string>> = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };

/** What can't be written any more makes room for a log that can. */
function openLog(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const open = (): number => openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    return open();
  } catch (error) {
    moveAside(path, messageOf(error));
    return open();
  }
}

/** Starts a keeper in a session of its own, with a log of its own, so that it outlives us. */
export function startKeeper(
  root: string,
  { node, script, shim, proxy }: KeeperProgram,
  version: string,
): Child {
  const layout = keeperLayout(root);
  const options = ['--root', root, '--shim', shim, '--proxy', proxy, '--version', version];
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const log = openLog(layout.log);
  try {
    return startChild(
      {
        path: node,
        argv: ['minke-keeper', ...nodeFlags, script, ...options],
        env: { PATH: systemPath, ...compiled },
        cwd: '/',
        stdio: [null, log, log],
      },
      { background: true },
    );
  } finally {
    closeSync(log);
  }
}
