import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { namePath } from '../query.ts';

/** `GET /containers/{id}/stats`: one JSON document a line. */
export const containerStats = (
  client: Client,
  container: string,
  options: { readonly stream: boolean; readonly signal?: AbortSignal },
): Promise<Response> =>
  client.open('GET', `/containers/${namePath('container', container)}/stats`, {
    query: { stream: options.stream },
    signal: options.signal,
  });
