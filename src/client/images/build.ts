import type { Client } from '../client.ts';
import type { RequestBody, Response } from '../http/connection.ts';
import type { Query } from '../query.ts';

/** `POST /build`: progress as JSON lines. `registries` are credentials by server. */
export const buildImage = (
  client: Client,
  query: Query,
  registries: object,
  context: RequestBody | undefined,
): Promise<Response> =>
  client.open('POST', '/build', {
    query,
    headers: { 'X-Registry-Config': Buffer.from(JSON.stringify(registries)).toString('base64url') },
    ...(context === undefined ? {} : { raw: context, type: 'application/x-tar' }),
  });
