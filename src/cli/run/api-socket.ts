import type { Cli } from '../cli.ts';
import type { CreateBody } from './body.ts';

/** Gives the container the daemon's socket (`--use-api-socket`). */
export async function shareSocket(cli: Cli, body: CreateBody): Promise<void> {
  const { host } = await cli.client();
  const source = host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock';
  body.HostConfig.Mounts = [
    ...(body.HostConfig.Mounts ?? []),
    { Type: 'bind', Source: source, Target: '/var/run/docker.sock', BindOptions: {} },
  ];
}
