import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /networks/{name}/update`, which only Minke's daemon has. */
export async function updateNetwork(client: Client, name: string, body: object): Promise<void> {
  await client.text('POST', `/networks/${namePath('network', name)}/update`, { json: body });
}
