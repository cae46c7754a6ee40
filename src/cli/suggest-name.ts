import { listContainers } from '../client/containers/list.ts';
import type { Cli } from './cli.ts';
import { suggestions } from './suggest.ts';

/** Names like the one that no container has; asks the daemon. */
export async function containersLike(cli: Cli, name: string): Promise<string[]> {
  const containers = await listContainers(await cli.client(), { all: true });
  return suggestions(
    name,
    containers.flatMap(({ Names }) => Names.map((own) => own.replace(/^\//, ''))),
  );
}
