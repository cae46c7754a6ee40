import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `GET /volumes/{name}`, as the daemon wrote it. */
export const inspectVolumeText = (client: Client, name: string): Promise<string> =>
  client.text('GET', `/volumes/${namePath('volume', name)}`);
