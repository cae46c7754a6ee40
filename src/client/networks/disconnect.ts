import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /networks/{name}/disconnect`. */
export async function disconnectNetwork(
  client: Client,
  name: string,
  container: string,
  force: boolean,
): Promise<void> {
  await client.text('POST', `/networks/${namePath('network', name)}/disconnect`, {
    json: { Container: container, Force: force },
  });
}
