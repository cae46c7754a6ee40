import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `DELETE /volumes/{name}`. */
export async function removeVolume(client: Client, name: string, force = false): Promise<void> {
  await client.text('DELETE', `/volumes/${namePath('volume', name)}`, {
    query: { force: force || undefined },
  });
}
