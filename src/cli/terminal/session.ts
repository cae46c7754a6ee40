import type { Hijacked } from '../../client/http/connection.ts';
import { FrameReader } from '../../wire/stdcopy.ts';
import type { Cli } from '../cli.ts';
import { DetachWatcher, defaultDetachKeys, detachBytes } from './detach-keys.ts';
import { rawMode } from './raw-mode.ts';

export interface SessionOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly detachKeys: string;
}

export type SessionEnd = 'output-ended' | 'detached';

/** A container's streams joined to those of this process. */
export interface Session {
  readonly ended: Promise<SessionEnd>;
  /** Ends it from this side. */
  stop(): void;
}

/**
 * Copies standard input to the container and its output back, until its output ends, the detach keys are typed, or
 * `stop`. The terminal is raw in between where the container has one.
 */
export function joinStreams(cli: Cli, stream: Hijacked, options: SessionOptions): Session {
  const { socket } = stream;
  const terminal = options.stdin && options.tty && process.stdin.isTTY === true ? rawMode() : undefined;
  let settle: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    settle = (end) => {
      terminal?.restore();
      if (options.stdin) process.stdin.pause();
      resolve(end);
    };
  });

  const write = writer(cli, options);
  socket.on('data', write);
  socket.on('end', () => settle('output-ended'));
  socket.on('close', () => settle('output-ended'));
  socket.on('error', () => settle('output-ended'));
  if (stream.early.length > 0) write(stream.early);
  socket.resume();

  if (options.stdin) feed(socket, options, settle);
  return {
    ended,
    stop: () => {
      settle('output-ended');
      socket.destroy();
    },
  };
}

/** Where bytes of the container go: as they are from a terminal, else by the stream that each frame names. */
function writer(cli: Cli, options: SessionOptions): (data: Buffer) => void {
  if (options.tty) return (data) => (options.stdout ? cli.out.raw(data) : undefined);
  const frames = new FrameReader();
  return (data) => {
    for (const { stream, payload } of frames.push(data)) {
      if (stream === 'stdout' && options.stdout) cli.out.raw(payload);
      else if (stream === 'stderr' && options.stderr) cli.err.raw(payload);
      else if (stream === 'systemerr') cli.err.raw(payload);
    }
  };
}

function feed(socket: Hijacked['socket'], options: SessionOptions, settle: (end: SessionEnd) => void): void {
  const input = process.stdin;
  const watcher = options.tty
    ? new DetachWatcher(detachBytes(options.detachKeys || defaultDetachKeys))
    : undefined;
  const pass = (data: Buffer): void => {
    if (data.length === 0 || socket.destroyed) return;
    if (socket.write(data)) return;
    input.pause();
    socket.once('drain', () => input.resume());
  };
  input.on('data', (data: Buffer) => {
    const { pass: typed, detached } = watcher?.push(data) ?? { pass: data, detached: false };
    pass(typed);
    if (detached) settle('detached');
  });
  input.on('end', () => socket.end());
  input.on('error', () => socket.end());
  input.resume();
}
