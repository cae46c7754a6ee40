import type { Client } from '../client.ts';
import type { RequestBody, Response } from '../http/connection.ts';

export interface PullImage {
  /** Repository without tag. */
  readonly fromImage: string;
  /** Tag or digest; empty for all tags. */
  readonly tag: string;
  readonly platform: string;
  /** Base64 of the credentials' JSON. */
  readonly auth: string;
  readonly signal?: AbortSignal;
}

/** `POST /images/create?fromImage=`: pulls; progress as JSON lines. */
export const pullImage = (client: Client, options: PullImage): Promise<Response> =>
  client.open('POST', '/images/create', {
    query: {
      fromImage: options.fromImage,
      tag: options.tag || undefined,
      platform: options.platform.toLowerCase() || undefined,
    },
    headers: options.auth === '' ? {} : { 'X-Registry-Auth': options.auth },
    signal: options.signal,
  });

export interface ImportImage {
  /** `-` for the body, else a URL that the daemon reads. */
  readonly source: string;
  readonly repo: string;
  readonly tag: string;
  readonly message: string;
  readonly changes: readonly string[];
  readonly platform: string;
}

/** `POST /images/create?fromSrc=`: makes an image of a tar of files. */
export const importImage = (
  client: Client,
  options: ImportImage,
  tar: RequestBody | undefined,
): Promise<Response> =>
  client.open('POST', '/images/create', {
    query: {
      fromSrc: options.source,
      repo: options.repo || undefined,
      tag: options.tag || undefined,
      message: options.message || undefined,
      changes: options.changes.length === 0 ? undefined : options.changes,
      platform: options.platform.toLowerCase() || undefined,
    },
    ...(tar === undefined ? {} : { raw: tar }),
  });
