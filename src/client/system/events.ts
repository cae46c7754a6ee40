import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { encodeFilters, type Filters } from '../query.ts';

/** `GET /events`: one JSON document a line, until `until` or the signal. */
export const events = (
  client: Client,
  options: {
    readonly since: string;
    readonly until: string;
    readonly filters: Filters;
    readonly signal?: AbortSignal;
  },
): Promise<Response> =>
  client.open('GET', '/events', {
    query: {
      since: options.since || undefined,
      until: options.until || undefined,
      filters: encodeFilters(options.filters),
    },
    signal: options.signal,
  });
