import { flag, optionalText } from '../../../wire/api/fields.ts';
import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';

export const attachQuery = {
  detachKeys: optionalText,
  logs: flag(),
  stream: flag(),
  stdin: flag(),
  stdout: flag(),
  stderr: flag(),
};

export const attach = route({
  method: 'POST',
  path: '/containers/{id*}/attach',
  operation: 'ContainerAttach',
  since: 24,
  connection: 'hijack',
  query: attachQuery,
  handle: async ({ params, query, signal }, { containers }): Promise<Answer> => {
    const { detachKeys, ...rest } = query;
    const request = { ...rest, ...(detachKeys === undefined ? {} : { detachKeys }) };
    const attached = await containers.attach(params.id, request, signal);
    return { kind: 'hijack', attached, input: query.stdin };
  },
});
