import { invalid } from '../../../errors/minke-error.ts';
import { ExecCreateBodySchema } from '../../../wire/containers/exec.ts';
import { created } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { execCreateRules } from '../../compat/exec.ts';
import { jsonBody, route } from '../../route.ts';

export const create = route({
  method: 'POST',
  path: '/containers/{id*}/exec',
  operation: 'ContainerExec',
  since: 24,
  body: jsonBody(ExecCreateBodySchema),
  handle: async ({ params, body, version }, { containers }) => {
    if (!body.Cmd?.length) throw invalid('No exec command specified');
    return created(await containers.execCreate(params.id, adapt(execCreateRules, version, body)));
  },
});
