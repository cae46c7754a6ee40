import type { Client } from '../client.ts';
import { imagePath } from '../query.ts';

/** `GET /plugins/{name}/json`, as the daemon wrote it. */
export const inspectPluginText = (client: Client, name: string): Promise<string> =>
  client.text('GET', `/plugins/${imagePath(name)}/json`);
