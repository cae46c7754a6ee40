import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/restart`; `timeout` in seconds, -1 for ever. */
export async function restartContainer(
  client: Client,
  container: string,
  options: { readonly timeout?: number | undefined; readonly signal?: string | undefined } = {},
): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/restart`, {
    query: { t: options.timeout, signal: options.signal || undefined },
  });
}
