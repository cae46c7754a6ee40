import type { IncomingHttpHeaders } from 'node:http';

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** What the client enters the registry with, as it sent it. */
export const registryAuth = (headers: IncomingHttpHeaders): string | undefined =>
  single(headers['x-registry-auth']);

/** The same for several registries. */
export const registryConfig = (headers: IncomingHttpHeaders): string | undefined =>
  single(headers['x-registry-config']);
