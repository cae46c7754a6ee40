import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/stop`; `timeout` in seconds, -1 for ever. */
export async function stopContainer(
  client: Client,
  container: string,
  options: { readonly timeout?: number | undefined; readonly signal?: string | undefined } = {},
): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/stop`, {
    query: { t: options.timeout, signal: options.signal || undefined },
  });
}
