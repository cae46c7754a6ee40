import type { Client } from '../client.ts';
import type { RequestBody, Response } from '../http/connection.ts';

/** `POST /images/load`: progress as JSON lines. */
export const loadImages = (
  client: Client,
  tar: RequestBody,
  options: { readonly quiet: boolean; readonly platforms: readonly string[] },
): Promise<Response> =>
  client.open('POST', '/images/load', {
    query: { quiet: options.quiet, platform: options.platforms.length === 0 ? undefined : options.platforms },
    raw: tar,
    type: 'application/x-tar',
  });
