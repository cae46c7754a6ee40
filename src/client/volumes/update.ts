import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `PUT /volumes/{name}`: only cluster volumes can be changed; `version` is that of the object that was read. */
export async function updateVolume(
  client: Client,
  name: string,
  version: number,
  spec: object,
): Promise<void> {
  await client.text('PUT', `/volumes/${namePath('volume', name)}`, {
    query: { version },
    json: { Spec: spec },
  });
}
