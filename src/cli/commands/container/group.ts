import { group, leaf } from '../../tree.ts';

export const containerGroup = group('container', 'Manage containers', [
  leaf('attach', 'Join the streams of a running container', () => import('./attach.ts')),
  leaf('create', 'Create a container without starting it', () => import('./create.ts')),
  leaf('diff', "Show what changed in a container's files", () => import('./diff.ts')),
  leaf('exec', 'Run a command in a running container', () => import('./exec.ts')),
  leaf('kill', 'Kill running containers', () => import('./kill.ts')),
  leaf('ls', 'List containers', () => import('./ls.ts'), { aliases: ['list', 'ps'] }),
  leaf('pause', 'Freeze all processes of containers', () => import('./pause.ts')),
  leaf('port', 'Show published ports', () => import('./port.ts')),
  leaf('rename', 'Rename a container', () => import('./rename.ts')),
  leaf('restart', 'Stop and start containers', () => import('./restart.ts')),
  leaf('rm', 'Remove containers', () => import('./rm.ts'), { aliases: ['remove'] }),
  leaf('run', 'Create a container from an image and start it', () => import('./run.ts')),
  leaf('start', 'Start stopped containers', () => import('./start.ts')),
  leaf('stop', 'Stop running containers', () => import('./stop.ts')),
  leaf('top', 'Show the processes of a container', () => import('./top.ts')),
  leaf('unpause', 'Let frozen containers go on', () => import('./unpause.ts')),
  leaf('wait', 'Wait until containers stop, and print their exit statuses', () => import('./wait.ts')),
]);
