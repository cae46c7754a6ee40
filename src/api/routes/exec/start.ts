import { ExecStartBodySchema } from '../../../wire/containers/exec.ts';
import { type Answer, ok } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { execStartRules } from '../../compat/exec.ts';
import { jsonBody, route } from '../../route.ts';

/** A command that can't be started says so in the stream; its exit code is told by inspect. */
export const start = route({
  method: 'POST',
  path: '/exec/{id*}/start',
  operation: 'ExecStart',
  since: 24,
  connection: 'hijack',
  body: jsonBody(ExecStartBodySchema),
  handle: async ({ params, body, version, signal }, { containers }): Promise<Answer> => {
    const attached = await containers.execStart(params.id, adapt(execStartRules, version, body), signal);
    return attached === null ? ok : { kind: 'hijack', attached, input: true };
  },
});
