import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';
import { attachQuery } from './attach.ts';

/** Before, a websocket always carried all three streams. */
const choiceSince = 42;

export const attachWebsocket = route({
  method: 'GET',
  path: '/containers/{id*}/attach/ws',
  operation: 'ContainerAttachWebsocket',
  since: 24,
  connection: 'websocket',
  query: attachQuery,
  handle: async ({ params, query, version, signal }, { containers }): Promise<Answer> => {
    const { detachKeys, logs, stream } = query;
    const { stdin, stdout, stderr } =
      version < choiceSince ? { stdin: true, stdout: true, stderr: true } : query;
    const request = {
      logs,
      stream,
      stdin,
      stdout,
      stderr,
      ...(detachKeys === undefined ? {} : { detachKeys }),
    };
    const attached = await containers.attach(params.id, request, signal);
    return { kind: 'hijack', attached, input: stdin };
  },
});
