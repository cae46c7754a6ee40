import { group, leaf } from '../../tree.ts';

export const systemGroup = group('system', 'Manage the engine', [
  leaf('check', 'Look for damage in what is stored, and repair it', () => import('./check.ts')),
  leaf('df', 'Show what takes space', () => import('./df.ts')),
  leaf('dial-stdio', 'Join standard input and output to the daemon', () => import('./dial-stdio.ts'), {
    hidden: true,
  }),
  leaf('events', 'Show what happens, as it happens', () => import('./events.ts')),
  leaf('info', 'Show what the engine and its host are like', () => import('./info.ts')),
  leaf('prune', 'Remove all that is not used', () => import('./prune.ts')),
]);
