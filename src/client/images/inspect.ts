import type { Client } from '../client.ts';
import { imagePath } from '../query.ts';

/** `GET /images/{name}/json`, as the daemon wrote it; `platform` is JSON of the OCI platform. */
export const inspectImageText = (client: Client, image: string, platform?: string): Promise<string> =>
  client.text('GET', `/images/${imagePath(image)}/json`, { query: { platform } });
