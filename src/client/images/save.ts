import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';

/** `GET /images/get`: images as one tar; Minke leaves out layers of the diff ids `without`. */
export const saveImages = (
  client: Client,
  names: readonly string[],
  platforms: readonly string[],
  without: readonly string[] = [],
): Promise<Response> =>
  client.open('GET', '/images/get', {
    query: {
      names,
      platform: platforms.length === 0 ? undefined : platforms,
      without: without.length === 0 ? undefined : without,
    },
  });
