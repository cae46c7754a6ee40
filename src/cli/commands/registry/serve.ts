import { spawn } from 'node:child_process';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { registryProgram } from '../../registry/program.ts';

const passedOn: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'];

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
    const child = spawn(program, [...first, ...words], { stdio: 'inherit' });
    for (const signal of passedOn) process.on(signal, () => child.kill(signal));
    return new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  },
});
