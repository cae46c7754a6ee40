import { builderGroup } from './commands/builder/group.ts';
import { containerGroup } from './commands/container/group.ts';
import { contextGroup } from './commands/context/group.ts';
import { imageGroup } from './commands/image/group.ts';
import { manifestGroup } from './commands/manifest/group.ts';
import { networkGroup } from './commands/network/group.ts';
import { registryGroup } from './commands/registry/group.ts';
import { systemGroup } from './commands/system/group.ts';
import { volumeGroup } from './commands/volume/group.ts';
import { type Group, group, leaf, shortcut } from './tree.ts';
import { about } from './version.ts';

/** Every command. A line here, or in the list of a group, is all that a new one needs. */
export const root: Group = group('minke', about, [
  shortcut('run', 'container run', 'common'),
  shortcut('exec', 'container exec', 'common'),
  shortcut('ps', 'container ls', 'common'),
  shortcut('build', 'image build', 'common'),
  shortcut('pull', 'image pull', 'common'),
  shortcut('push', 'image push', 'common'),
  shortcut('images', 'image ls', 'common'),
  leaf('login', 'Enter a registry', () => import('./commands/login.ts'), { category: 'common' }),
  leaf('logout', 'Leave a registry', () => import('./commands/logout.ts'), { category: 'common' }),
  leaf('search', 'Search Docker Hub for images', () => import('./commands/search.ts'), {
    category: 'common',
  }),
  leaf('version', 'Show versions of client and engine', () => import('./commands/version.ts'), {
    category: 'common',
  }),
  shortcut('info', 'system info', 'common'),
  builderGroup,
  containerGroup,
  contextGroup,
  imageGroup,
  manifestGroup,
  networkGroup,
  registryGroup,
  systemGroup,
  volumeGroup,
  shortcut('attach', 'container attach'),
  shortcut('commit', 'container commit'),
  shortcut('cp', 'container cp'),
  shortcut('create', 'container create'),
  shortcut('diff', 'container diff'),
  shortcut('events', 'system events'),
  shortcut('export', 'container export'),
  shortcut('history', 'image history'),
  shortcut('import', 'image import'),
  leaf('completion', 'Write a completion script for a shell', () => import('./commands/completion.ts')),
  leaf(
    'docker-cli-plugin-metadata',
    'Say what this is as a plugin of docker',
    () => import('./commands/plugin-metadata.ts'),
    {
      hidden: true,
    },
  ),
  leaf(
    '__complete',
    'Answer the completion scripts',
    async () => ({ command: (await import('./commands/complete.ts')).completing(root) }),
    { hidden: true },
  ),
  leaf('explain', 'Show the command that makes a container again', () => import('./commands/explain.ts')),
  leaf('inspect', 'Show all that is known of objects', () => import('./commands/inspect.ts')),
  shortcut('kill', 'container kill'),
  shortcut('load', 'image load'),
  shortcut('logs', 'container logs'),
  shortcut('pause', 'container pause'),
  shortcut('port', 'container port'),
  shortcut('rename', 'container rename'),
  shortcut('restart', 'container restart'),
  shortcut('rm', 'container rm'),
  shortcut('rmi', 'image rm'),
  shortcut('save', 'image save'),
  shortcut('start', 'container start'),
  shortcut('stats', 'container stats'),
  shortcut('stop', 'container stop'),
  shortcut('tag', 'image tag'),
  shortcut('top', 'container top'),
  shortcut('unpause', 'container unpause'),
  shortcut('update', 'container update'),
  shortcut('wait', 'container wait'),
]);
