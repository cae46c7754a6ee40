import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /networks/{name}/connect`; the body is `{ Container, EndpointConfig }`. */
export async function connectNetwork(client: Client, name: string, body: object): Promise<void> {
  await client.text('POST', `/networks/${namePath('network', name)}/connect`, { json: body });
}
