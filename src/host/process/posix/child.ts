import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { whenReadable } from '../../pipe/readiness.ts';
import type { ProcessEnd } from '../contract.ts';
import { pidfdOpen, reap } from './pidfd.ts';
import { type Spawn, spawn } from './spawn.ts';

/** A child of ours until it is reaped. */
export interface Child {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  /** To the process group, which the child leads; nothing once it is reaped. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts and reaps one child by its pidfd. Node reaps its own children one by one, so nobody else waits for ours; its
 * pid can't be another's before `ended`. One in the background does not keep our process from ending.
 */
export function startChild(how: Spawn, { background = false } = {}): Child {
  const pid = spawn(how);
  const pidfd = pidfdOpen(pid);
  let running = true;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const readiness = whenReadable(pidfd, () => {
      const end = reap(pid);
      if (end === undefined) return;
      running = false;
      readiness.close();
      closeSync(pidfd);
      resolve(end);
    });
    if (background) readiness.unref();
  });
  return {
    pid,
    ended,
    kill(signal) {
      if (!running) return;
      try {
        process.kill(-pid, constants.signals[signal]);
      } catch {
        // The group has gone between its end and our reaping.
      }
    },
  };
}
