import { group, leaf } from '../../tree.ts';

export const containerGroup = group('container', 'Manage containers', [
  leaf('ls', 'List containers', () => import('./ls.ts'), { aliases: ['list', 'ps'] }),
]);
