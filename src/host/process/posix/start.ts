import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { cancelled } from '../../../errors/minke-error.ts';
import { openPipe } from '../../pipe/pipe.ts';
import type { RunningProcess, Stdio, StreamedOptions } from '../contract.ts';
import { type Child, startChild } from './child.ts';
import { findProgram } from './find-program.ts';

interface Channel {
  /** What the child gets; null is /dev/null. */
  readonly theirs: number | null;
  /** Our end of a pipe. */
  readonly ours?: number;
}

function channel(stdio: Stdio, direction: 'in' | 'out'): Channel {
  if (stdio === 'null') return { theirs: null };
  if (typeof stdio === 'number') return { theirs: stdio };
  const { reader, writer } = openPipe();
  return direction === 'in' ? { theirs: reader, ours: writer } : { theirs: writer, ours: reader };
}

const stream = ({ ours }: Channel, direction: 'in' | 'out'): Socket | null =>
  ours === undefined
    ? null
    : new Socket({ fd: ours, readable: direction === 'out', writable: direction === 'in' });

/** See `Processes.start`. */
export async function start(argv: readonly string[], options: StreamedOptions = {}): Promise<RunningProcess> {
  const [name = ''] = argv;
  const { env = {}, cwd = '/', signal } = options;
  if (signal?.aborted) throw cancelled(`${name}: aborted`, signal.reason);
  const path = findProgram(name, env.PATH);
  const stdin = channel(options.stdin ?? 'null', 'in');
  const stdout = channel(options.stdout ?? 'null', 'out');
  const stderr = channel(options.stderr ?? 'null', 'out');
  const channels = [stdin, stdout, stderr];
  let child: Child;
  try {
    child = startChild({ path, argv, env, cwd, stdio: [stdin.theirs, stdout.theirs, stderr.theirs] });
  } catch (error) {
    for (const { ours } of channels) if (ours !== undefined) closeSync(ours);
    throw error;
  } finally {
    for (const { ours, theirs } of channels) if (ours !== undefined && theirs !== null) closeSync(theirs);
  }
  const onAbort = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', onAbort, { once: true });
  child.ended.then(() => signal?.removeEventListener('abort', onAbort));
  return {
    pid: child.pid,
    stdin: stream(stdin, 'in'),
    stdout: stream(stdout, 'out'),
    stderr: stream(stderr, 'out'),
    ended: child.ended,
    kill: child.kill,
  };
}
