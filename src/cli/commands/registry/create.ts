import { spawn } from 'node:child_process';
import type { Client } from '../../../client/client.ts';
import { createContainer } from '../../../client/containers/create.ts';
import { removeContainer } from '../../../client/containers/remove.ts';
import { startContainer } from '../../../client/containers/start.ts';
import { loadImages } from '../../../client/images/load.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list } from '../../flags/list-kinds.ts';
import { registryLabel, volumeOf } from '../../registry/find.ts';
import { registryProgram } from '../../registry/program.ts';
import { clientVersion } from '../../version.ts';

const CONFIG = '/etc/minke/registry.json';

/** Makes the image of the program beside this one and hands it to the engine. */
async function loadImage(client: Client, tag: string): Promise<void> {
  const [program = '', ...first] = registryProgram();
  const child = spawn(program, [...first, 'image', tag], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  ended.catch(() => {});
  const response = await loadImages(client, child.stdout, { quiet: true, platforms: [] });
  const answer = await response.body.text();
  if ((await ended) !== 0) throw new Error(Buffer.concat(complaints).toString().trim());
  if (answer.includes('"errorDetail"'))
    throw new Error(`the engine did not take the image: ${answer.trim()}`);
}

/** `5001`, `127.0.0.1:5001`, `[::1]:5001` */
function binding(text: string): { readonly HostIp: string; readonly HostPort: string } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(\[[0-9a-fA-F:]+\]|[0-9.]+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65535) throw new Error(`invalid address for --publish: ${text}`);
  return { HostIp: host.replace(/^\[|\]$/g, ''), HostPort: port };
}

export const command = define({
  usage: '[OPTIONS] NAME',
  arity: { min: 1, max: 1 },
  description:
    'Run a registry in a container, out of an image that is made of the program itself. What it keeps lies in the volume minke-registry-NAME.',
  examples: [
    'minke registry create here',
    'minke registry create --publish 0.0.0.0:5000 --config /etc/minke/registry.json team',
  ],
  flags: {
    config: flag(string, 'File of settings on the machine of the engine', { complete: 'files' }),
    publish: flag(string, 'Address that it is reached at', { short: 'p', default: '127.0.0.1:5000' }),
    volume: flag(list, 'More files for it, such as certificates (SOURCE:TARGET[:ro])', { short: 'v' }),
  },
  async run(cli, { flags, args }) {
    const name = args[0] ?? '';
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/.test(name))
      throw new Error(`invalid name of a registry: ${name}`);
    const published = binding(flags.publish);
    const client = await cli.client();
    const tag = `minke/registry:${clientVersion}`;
    await loadImage(client, tag);
    const root = '/var/lib/registry';
    const config = flags.config === '' ? [] : [`${flags.config}:${CONFIG}:ro`];
    const { id, warnings } = await createContainer(
      client,
      {
        Image: tag,
        Cmd: ['--root', root, '--listen', ':5000', ...(flags.config === '' ? [] : ['--config', CONFIG])],
        Labels: { [registryLabel]: name },
        ExposedPorts: { '5000/tcp': {} },
        HostConfig: {
          Binds: [`${volumeOf(name)}:${root}`, ...config, ...flags.volume],
          PortBindings: { '5000/tcp': [published] },
          RestartPolicy: { Name: 'unless-stopped' },
          // It needs nothing of what root may do.
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          ReadonlyRootfs: true,
        },
      },
      { name },
    );
    for (const warning of warnings) cli.err.line(`WARNING: ${warning}`);
    try {
      await startContainer(client, id);
    } catch (error) {
      await removeContainer(client, id, { force: true }).catch(() => {});
      throw error;
    }
    cli.out.line(name);
    return 0;
  },
});
