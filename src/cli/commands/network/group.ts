import { group, leaf } from '../../tree.ts';

export const networkGroup = group('network', 'Manage networks', [
  leaf('connect', 'Connect a container to a network', () => import('./connect.ts')),
  leaf('create', 'Create a network', () => import('./create.ts')),
  leaf('disconnect', 'Disconnect a container from a network', () => import('./disconnect.ts')),
  leaf('graph', 'Show who is connected to what', () => import('./graph.ts')),
  leaf('inspect', 'Show all that is known of networks', () => import('./inspect.ts')),
  leaf('ls', 'List networks', () => import('./ls.ts'), { aliases: ['list'] }),
  leaf('prune', 'Remove networks that are not used', () => import('./prune.ts')),
  leaf('update', 'Change a network while containers are in it', () => import('./update.ts')),
  leaf('rm', 'Remove networks', () => import('./rm.ts'), { aliases: ['remove'] }),
]);
