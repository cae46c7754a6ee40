import type { Client } from '../client.ts';
import { segment } from '../query.ts';

/** `GET /volumes/{name}`, as the daemon wrote it. */
export const inspectVolumeText = (client: Client, name: string): Promise<string> =>
  client.text('GET', `/volumes/${segment(name)}`);
