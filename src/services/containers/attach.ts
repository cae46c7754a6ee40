import { type Duplex, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { conflict } from '../../errors/minke-error.ts';
import { announce, type Context } from './context.ts';
import type { AttachedStream, AttachRequest } from './contract.ts';
import type { LiveContainer } from './live/container.ts';
import { logs } from './logs.ts';
import { defaultDetachKeys, parseDetachKeys } from './streams/detach-keys.ts';
import { detachable } from './streams/detachable.ts';
import { prefixed } from './streams/prefixed.ts';

/** @throws conflict where nobody can be attached now */
function check({ id, record }: LiveContainer): void {
  const { status } = record.state;
  if (status === 'paused') throw conflict(`container ${id} is paused, unpause the container before attach`);
  if (status === 'restarting') {
    throw conflict(`container ${id} is restarting, wait until the container is running`);
  }
}

/** What was logged so far. */
function past(
  context: Context,
  container: LiveContainer,
  request: AttachRequest,
  signal: AbortSignal,
): Readable {
  const { stdout, stderr } = request;
  if (container.record.log.driver === 'none' || (!stdout && !stderr)) return Readable.from([]);
  const wanted = { follow: false, stdout, stderr, timestamps: false, details: false };
  return Readable.from(logs(context, container, wanted, signal).stream, { objectMode: false });
}

/** A stream that only tells the past. */
function onlyPast(source: Readable): Duplex {
  const out = new PassThrough();
  pipeline(source, out).catch(() => {});
  return out;
}

/**
 * Aborts when the container goes without another run: the keeper waits for one. It ends the output of a run itself, and
 * may still have some of it when the container has gone.
 */
function waitsInVain(container: LiveContainer): AbortSignal {
  const { runs } = container;
  const vain = new AbortController();
  container.gone.signal.addEventListener('abort', () => {
    if (container.runs === runs) vain.abort();
  });
  return vain.signal;
}

export async function attach(
  context: Context,
  container: LiveContainer,
  request: AttachRequest,
  signal: AbortSignal,
): Promise<AttachedStream> {
  check(container);
  const { id, record } = container;
  const { Tty: tty, OpenStdin } = record.config;
  const keys =
    request.detachKeys === undefined || request.detachKeys === ''
      ? defaultDetachKeys
      : parseDetachKeys(request.detachKeys);
  const history = request.logs ? past(context, container, request, signal) : null;
  if (!request.stream) {
    announce(context, container, 'attach');
    return { tty, stream: onlyPast(history ?? Readable.from([])) };
  }
  const stdin = request.stdin && OpenStdin;
  // Until the keeper has forgotten the run before, it would show the end of that.
  if (container.run === null) await container.teardown;
  const raw = await context.keeper.attach(
    { task: id, stdin, stdout: request.stdout, stderr: request.stderr },
    container.run === null ? AbortSignal.any([signal, waitsInVain(container)]) : signal,
  );
  announce(context, container, 'attach');
  const live = tty && stdin ? detachable(raw, keys, () => announce(context, container, 'detach')) : raw;
  return { tty, stream: history === null ? live : prefixed(history, live) };
}
