import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

export type SwarmObject = 'services' | 'tasks' | 'nodes' | 'secrets' | 'configs';

/** `GET /services/{id}` and its like, as the daemon wrote it. */
export const inspectSwarmText = (client: Client, kind: SwarmObject, name: string): Promise<string> =>
  client.text('GET', `/${kind}/${namePath('object', name)}`, {
    query: { insertDefaults: kind === 'services' ? 'true' : undefined },
  });
