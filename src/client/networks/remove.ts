import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `DELETE /networks/{name}`. */
export async function removeNetwork(client: Client, name: string): Promise<void> {
  await client.text('DELETE', `/networks/${namePath('network', name)}`);
}
