import { terminalSize } from '../../../wire/api/fields.ts';
import { ok } from '../../answer.ts';
import { route } from '../../route.ts';

export const resize = route({
  method: 'POST',
  path: '/exec/{id*}/resize',
  operation: 'ExecResize',
  since: 24,
  query: { h: terminalSize('height'), w: terminalSize('width') },
  handle: async ({ params, query }, { containers }) => {
    await containers.execResize(params.id, { height: query.h, width: query.w });
    return ok;
  },
});
