import { group, leaf } from '../../tree.ts';

export const volumeGroup = group('volume', 'Manage volumes', [
  leaf('create', 'Create a volume', () => import('./create.ts')),
  leaf('inspect', 'Show all that is known of volumes', () => import('./inspect.ts')),
  leaf('ls', 'List volumes', () => import('./ls.ts'), { aliases: ['list'] }),
  leaf('prune', 'Remove volumes that are not used', () => import('./prune.ts')),
  leaf('rm', 'Remove volumes', () => import('./rm.ts'), { aliases: ['remove'] }),
  leaf('update', 'Change a cluster volume', () => import('./update.ts'), { hidden: true }),
]);
