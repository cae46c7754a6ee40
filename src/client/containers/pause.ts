import type { Client } from '../client.ts';
import { segment } from '../query.ts';

/** `POST /containers/{id}/pause`. */
export async function pauseContainer(client: Client, container: string): Promise<void> {
  await client.text('POST', `/containers/${segment(container)}/pause`);
}
