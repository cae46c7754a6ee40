import { group, leaf } from '../../tree.ts';

export const builderGroup = group('builder', 'Manage builds', [
  leaf('prune', 'Remove build cache', () => import('./prune.ts')),
]);
