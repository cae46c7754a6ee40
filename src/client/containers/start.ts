import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/start`; nothing happens to one that runs. */
export async function startContainer(
  client: Client,
  container: string,
  options: { readonly checkpoint?: string; readonly 'checkpoint-dir'?: string } = {},
): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/start`, {
    query: {
      checkpoint: options.checkpoint || undefined,
      'checkpoint-dir': options['checkpoint-dir'] || undefined,
    },
  });
}
