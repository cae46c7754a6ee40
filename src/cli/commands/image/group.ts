import { group, leaf } from '../../tree.ts';

export const imageGroup = group('image', 'Manage images', [
  leaf('build', 'Build an image from a Dockerfile', () => import('./build.ts')),
  leaf('history', 'Show how an image was made', () => import('./history.ts')),
  leaf('import', 'Make an image of a tar of files', () => import('./import.ts')),
  leaf('inspect', 'Show all that is known of images', () => import('./inspect.ts')),
  leaf('load', 'Load images from a tar', () => import('./load.ts')),
  leaf('ls', 'List images', () => import('./ls.ts'), { aliases: ['list'] }),
  leaf('make', 'Make an image of packages, without a registry', () => import('./make.ts')),
  leaf('prune', 'Remove images that are not used', () => import('./prune.ts')),
  leaf('pull', 'Fetch an image from a registry', () => import('./pull.ts')),
  leaf('push', 'Send an image to a registry', () => import('./push.ts')),
  leaf('referrers', 'List what refers to an image at its registry', () => import('./referrers.ts')),
  leaf('rm', 'Remove images', () => import('./rm.ts'), { aliases: ['rmi', 'remove'] }),
  leaf('save', 'Write images as a tar', () => import('./save.ts')),
  leaf('tag', 'Give an image another name', () => import('./tag.ts')),
]);
