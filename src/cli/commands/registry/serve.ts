import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { registryProgram } from '../../registry/program.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  description:
    'Serve a registry of images from this process (OCI distribution-spec 1.1). SIGHUP reads certificates anew, SIGUSR2 collects what nobody needs.',
  examples: [
    'minke registry serve --root /srv/registry',
    'minke registry serve --config /etc/minke/registry.json --check',
  ],
  flags: {
    check: flag(bool, 'Check the settings and exit'),
    config: flag(string, 'File of settings (/etc/minke/registry.json where it is there)', {
      complete: 'files',
    }),
    listen: flag(string, 'Address to listen at, HOST:PORT or unix:///path (127.0.0.1:5000)'),
    root: flag(string, 'Folder to keep everything in', { complete: 'files' }),
  },
  async run(_cli, { flags, changed }) {
    const [program = '', ...first] = registryProgram();
    const words = [
      ...(flags.check ? ['--check'] : []),
      ...(['config', 'listen', 'root'] as const).flatMap((name) =>
        changed.has(name) ? [`--${name}=${flags[name]}`] : [],
      ),
    ];
    // It takes this process's place: signals, and what watches over it, find it itself.
    if (process.execve !== undefined) process.execve(program, [program, ...first, ...words], process.env);
    throw new Error('this runtime can not start another program in its place');
  },
});
