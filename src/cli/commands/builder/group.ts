import { group, leaf } from '../../tree.ts';

export const builderGroup = group('builder', 'Manage builds', [
  leaf('build', 'Build an image from a Dockerfile', () => import('../image/build.ts')),
  leaf('prune', 'Remove build cache', () => import('./prune.ts')),
]);
