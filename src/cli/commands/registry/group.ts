import { group, leaf } from '../../tree.ts';

export const registryGroup = group('registry', 'Serve images from here', [
  leaf('create', 'Run a registry in a container', () => import('./create.ts')),
  leaf('ls', 'List registries that run in containers', () => import('./ls.ts'), { aliases: ['list'] }),
  leaf('rm', 'Remove registries and what they keep', () => import('./rm.ts'), { aliases: ['remove'] }),
  leaf('serve', 'Serve a registry from this process', () => import('./serve.ts')),
  leaf('start', 'Start registries', () => import('./start.ts')),
  leaf('stop', 'Stop registries', () => import('./stop.ts')),
]);
