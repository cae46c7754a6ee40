import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { imagePath } from '../query.ts';

/** `POST /images/{name}/push`: progress as JSON lines. An empty tag pushes all. */
export const pushImage = (
  client: Client,
  name: string,
  options: {
    readonly tag: string;
    readonly auth: string;
    /** Minke alone: credentials of the registries that it came from; '' is none. */
    readonly sources?: string;
    readonly platform: string;
    /** Minke alone: what refers to the image goes along. */
    readonly referrers?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Response> =>
  client.open('POST', `/images/${imagePath(name)}/push`, {
    query: {
      tag: options.tag,
      platform: options.platform || undefined,
      referrers: options.referrers || undefined,
    },
    headers: {
      'X-Registry-Auth': options.auth,
      ...(options.sources ? { 'X-Registry-Config': options.sources } : {}),
    },
    signal: options.signal,
  });
