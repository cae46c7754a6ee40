import type { Client } from '../client.ts';
import { type Json, parseJson } from '../json.ts';
import { namePath } from '../query.ts';

/** `GET /containers/{id}/json`, as the daemon wrote it. */
export const inspectContainerText = (
  client: Client,
  container: string,
  options: { readonly size?: boolean } = {},
): Promise<string> =>
  client.text('GET', `/containers/${namePath('container', container)}/json`, {
    query: { size: options.size || undefined },
  });

export const inspectContainer = async (client: Client, container: string): Promise<Json> =>
  parseJson(await inspectContainerText(client, container));
