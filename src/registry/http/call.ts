import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Grant } from '../auth/contract.ts';
import type { RepositoryName } from '../names.ts';
import type { Incoming } from '../store/uploads.ts';
import type { Route } from './route.ts';

/** One request, whose sender is known and may do what it asks. */
export interface Call<R extends Route = Route> {
  readonly route: R;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly grant: Grant;
  readonly incoming: Incoming;
  /** In the log, in events and in answers. */
  readonly id: string;
  readonly remote: string;
}

/** `Content-Type` without parameters; '' where there is none. */
export const contentTypeOf = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export const blobPath = (name: RepositoryName, digest: string): string => `/v2/${name}/blobs/${digest}`;
export const manifestPath = (name: RepositoryName, reference: string): string =>
  `/v2/${name}/manifests/${reference}`;
export const uploadPath = (name: RepositoryName, id: string): string => `/v2/${name}/blobs/uploads/${id}`;
