import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `GET /networks/{name}`, as the daemon wrote it. */
export const inspectNetworkText = (client: Client, name: string, verbose = false): Promise<string> =>
  client.text('GET', `/networks/${namePath('network', name)}`, {
    query: { verbose: verbose ? 'true' : undefined },
  });
