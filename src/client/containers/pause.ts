import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/pause`. */
export async function pauseContainer(client: Client, container: string): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/pause`);
}
