import { group, leaf } from '../../tree.ts';

export const contextGroup = group('context', 'Manage contexts', [
  leaf('create', 'Create a context', () => import('./create.ts')),
  leaf('export', 'Write a context to a file', () => import('./export.ts')),
  leaf('import', 'Read a context from a file', () => import('./import.ts')),
  leaf('inspect', 'Show all that is known of contexts', () => import('./inspect.ts')),
  leaf('ls', 'List contexts', () => import('./ls.ts'), { aliases: ['list'] }),
  leaf('rm', 'Remove contexts', () => import('./rm.ts'), { aliases: ['remove'] }),
  leaf('show', 'Print the name of the context in use', () => import('./show.ts')),
  leaf('update', 'Change a context', () => import('./update.ts')),
  leaf('use', 'Choose the context to use', () => import('./use.ts')),
]);
