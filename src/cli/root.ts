import { containerGroup } from './commands/container/group.ts';
import { group, leaf, shortcut } from './tree.ts';

export const root = group('minke', 'A small, fast container engine', [
  containerGroup,
  shortcut('ps', 'container ls', 'common'),
]);
void leaf;
