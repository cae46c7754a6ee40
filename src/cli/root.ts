import { containerGroup } from './commands/container/group.ts';
import { group, shortcut } from './tree.ts';

/** Every command. A line here, or in the list of a group, is all that a new one needs. */
export const root = group('minke', 'A small, fast container engine', [
  shortcut('run', 'container run', 'common'),
  shortcut('exec', 'container exec', 'common'),
  shortcut('ps', 'container ls', 'common'),
  containerGroup,
  ...[
    'attach',
    'create',
    'diff',
    'kill',
    'pause',
    'port',
    'rename',
    'restart',
    'rm',
    'start',
    'stop',
    'top',
    'unpause',
    'wait',
  ].map((name) => shortcut(name, `container ${name}`)),
]);
