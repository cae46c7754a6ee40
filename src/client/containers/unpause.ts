import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/unpause`. */
export async function unpauseContainer(client: Client, container: string): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/unpause`);
}
