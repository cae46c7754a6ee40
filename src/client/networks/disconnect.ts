import type { Client } from '../client.ts';
import { segment } from '../query.ts';

/** `POST /networks/{name}/disconnect`. */
export async function disconnectNetwork(
  client: Client,
  name: string,
  container: string,
  force: boolean,
): Promise<void> {
  await client.text('POST', `/networks/${segment(name)}/disconnect`, {
    json: { Container: container, Force: force },
  });
}
