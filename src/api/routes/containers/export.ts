import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';

export const exportFilesystem = route({
  method: 'GET',
  path: '/containers/{id*}/export',
  operation: 'ContainerExport',
  since: 24,
  handle: async ({ params, signal }, { containers }): Promise<Answer> => ({
    kind: 'bytes',
    contentType: 'application/octet-stream',
    body: await containers.export(params.id, signal),
  }),
});
