import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/rename`. */
export async function renameContainer(client: Client, container: string, name: string): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/rename`, { query: { name } });
}
