import type { Client } from '../client.ts';
import { namePath } from '../query.ts';

/** `POST /containers/{id}/kill`. */
export async function killContainer(
  client: Client,
  container: string,
  options: { readonly signal?: string } = {},
): Promise<void> {
  await client.text('POST', `/containers/${namePath('container', container)}/kill`, {
    query: { signal: options.signal || undefined },
  });
}
