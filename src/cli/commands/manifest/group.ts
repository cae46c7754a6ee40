import { group, leaf } from '../../tree.ts';

export const manifestGroup = group('manifest', 'Manage manifests and lists of manifests', [
  leaf('annotate', 'Add to what a local list says of an image', () => import('./annotate.ts')),
  leaf('create', 'Make a local list of manifests', () => import('./create.ts')),
  leaf('inspect', 'Show a manifest or a list of manifests', () => import('./inspect.ts')),
  leaf('push', 'Send a list of manifests to a registry', () => import('./push.ts')),
  leaf('rm', 'Remove local lists of manifests', () => import('./rm.ts')),
]);
