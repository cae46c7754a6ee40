import { conflict, invalid, notImplemented } from '../../errors/minke-error.ts';
import type { Context } from './context.ts';
import type { LogsRequest } from './contract.ts';
import type { LiveContainer } from './live/container.ts';
import { isGone } from './record/state.ts';

const ended = AbortSignal.abort();

export function logs(
  context: Context,
  container: LiveContainer,
  request: LogsRequest,
  signal: AbortSignal,
): { tty: boolean; stream: AsyncIterable<Buffer> } {
  const { record, run } = container;
  if (!request.stdout && !request.stderr) throw invalid('You must choose at least one stream');
  if (isGone(record.state))
    throw conflict('can not get logs from container which is dead or marked for removal');
  if (record.log.driver === 'none') {
    throw notImplemented('configured logging driver does not support reading');
  }
  const tty = record.config.Tty;
  const { since, until, tail } = request;
  const stream = context.logs.read(
    record.log,
    {
      stdout: request.stdout,
      stderr: request.stderr,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(tail === undefined ? {} : { tail }),
      timestamps: request.timestamps,
      details: request.details,
      follow: request.follow && run !== null,
    },
    { tty, signal, stopped: run?.ended.signal ?? ended },
  );
  return { tty, stream };
}
