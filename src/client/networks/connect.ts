import type { Client } from '../client.ts';
import { segment } from '../query.ts';

/** `POST /networks/{name}/connect`; the body is `{ Container, EndpointConfig }`. */
export async function connectNetwork(client: Client, name: string, body: object): Promise<void> {
  await client.text('POST', `/networks/${segment(name)}/connect`, { json: body });
}
