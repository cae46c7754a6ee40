import { invalid } from '../../../errors/minke-error.ts';
import type { LogsRequest } from '../../../services/containers/contract.ts';
import { type FieldValues, flag, text, timestamp } from '../../../wire/api/fields.ts';
import { multiplexedStream, rawStream } from '../../../wire/api/media-types.ts';
import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';

const query = {
  follow: flag(),
  stdout: flag(),
  stderr: flag(),
  since: timestamp,
  until: timestamp,
  timestamps: flag(),
  tail: text,
  details: flag(),
};
const multiplexedSince = 42;

/** `until=0` is "no end", and a `tail` that is no number is "all", as in Docker. */
function logsRequest(values: FieldValues<typeof query>): LogsRequest {
  const { follow, stdout, stderr, since, until, timestamps, details } = values;
  if (!stdout && !stderr) throw invalid('Bad parameters: you must choose at least one stream');
  const tail = /^\d{1,15}$/.test(values.tail) ? Number(values.tail) : undefined;
  return {
    follow,
    stdout,
    stderr,
    timestamps,
    details,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined || until === 0n ? {} : { until }),
    ...(tail === undefined ? {} : { tail }),
  };
}

export const logs = route({
  method: 'GET',
  path: '/containers/{id*}/logs',
  operation: 'ContainerLogs',
  since: 24,
  query,
  handle: async (call, { containers }): Promise<Answer> => {
    const { tty, stream } = await containers.logs(call.params.id, logsRequest(call.query), call.signal);
    const contentType = !tty && call.version >= multiplexedSince ? multiplexedStream : rawStream;
    return { kind: 'bytes', contentType, body: stream, endless: call.query.follow };
  },
});
