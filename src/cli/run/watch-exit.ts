import type { Client } from '../../client/client.ts';
import { waitContainer } from '../../client/containers/wait.ts';
import type { Cli } from '../cli.ts';

/** Watches for the end, or the removal, of a container that is about to start. The promise gives its status. */
export async function watchExit(
  cli: Cli,
  client: Client,
  container: string,
  removed: boolean,
): Promise<{ readonly status: Promise<number> }> {
  const waiting = await waitContainer(client, container, removed ? 'removed' : 'next-exit');
  const status = waiting.exit.then(
    (exit) => {
      if (exit.error === '') return exit.status;
      cli.err.line(`Error waiting for container: ${exit.error}`);
      return 125;
    },
    (error: unknown) => {
      cli.err.line(`error waiting for container: ${error instanceof Error ? error.message : error}`);
      return 125;
    },
  );
  return { status };
}
